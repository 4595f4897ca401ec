// SPDX-License-Identifier: MIT
/* The first value by name: a whole process of the tool from its start to its end, beside GDB's. The
 * program is one of some MB of debug information, made here; and Debian's kernel with its debug
 * information, where that is installed (linux-image-cloud-amd64-dbg), or is $OCD_BENCH_KERNEL. */
#include "bench.h"

#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNITS   60
#define STRUCTS 150 /* of a unit, a variable each */
#define ROUNDS  5   /* of which the middle one counts */

/* --- The program --- */

static void write_unit(const struct chip *c, unsigned unit)
{
    char name[32], path[128];

    snprintf(name, sizeof(name), "unit%u.c", unit);
    chip_file(c, name, path, sizeof(path));
    FILE *file = fopen(path, "w");
    if (file == NULL)
        bench_fail("%s cannot be written", path);
    for (unsigned i = 0; i < STRUCTS; i++)
        fprintf(file,
                "struct s%u_%u { unsigned first, second; short list[%u]; float real;\n"
                "    struct s%u_%u *next; union { char bytes[8]; unsigned long long all; } u; };\n"
                "struct s%u_%u variable%u_%u;\nstatic unsigned count%u;\n"
                "unsigned function%u_%u(struct s%u_%u *p) { return count%u += p->first; }\n",
                unit, i, i + 1, unit, i, unit, i, unit, i, i, unit, i, unit, i, i);
    if (unit == 0)
        fputs("struct pid { float kp, ki, kd; };\n"
              "struct { float speed; struct pid pid; } motor;\nvoid _start(void) {}\n",
              file);
    if (fclose(file) != 0)
        bench_fail("%s cannot be written", path);
}

/* An ELF file of the host's compiler, with its variables in the chip's RAM. */
static void make_program(const struct chip *c, char *path, size_t size)
{
    char command[1024];

    for (unsigned i = 0; i < UNITS; i++)
        write_unit(c, i);
    chip_file(c, "program.elf", path, size);
    snprintf(command, sizeof(command),
             "cd %s && cc -g -c -ffreestanding -fno-pie unit*.c && cc -static -nostdlib -no-pie "
             "-Wl,--build-id=none -Wl,-Ttext=0x08000000 -Wl,-Tbss=0x%x -o program.elf unit*.o && "
             "rm -f unit*",
             c->directory, BENCH_AT);
    if (system(command) != 0)
        bench_fail("the program cannot be compiled");
}

/* --- Processes --- */

/* Returns the seconds until its end, and its peak of memory in bytes: that of this process at its
 * start, if it has not become more. */
static double run(char *const *argv, double *memory)
{
    posix_spawn_file_actions_t files;
    struct rusage usage;
    int status;
    pid_t pid;

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    double begun = bench_now();
    if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) != 0 ||
        wait4(pid, &status, 0, &usage) != pid)
        bench_fail("%s does not start", argv[0]);
    posix_spawn_file_actions_destroy(&files);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_fail("%s has failed", argv[0]);
    *memory = (double)usage.ru_maxrss * KIB;
    return bench_now() - begun;
}

static void run_tool(const struct chip *c, const char *work, const char *elf, const char *name)
{
    char port[8];
    char *const argv[] = {OCD_TOOL, "-p", port, "print", (char *)name, "-e", (char *)elf, NULL};
    double seconds[ROUNDS], memory;

    snprintf(port, sizeof(port), "%u", (unsigned)c->tcl_port);
    for (unsigned i = 0; i < ROUNDS; i++)
        seconds[i] = run(argv, &memory);
    series_add(c->latency, work, "libocd", bench_median(seconds, ROUNDS));
    series_add(c->latency, work, "peak memory", memory);
}

static void run_gdb(const struct chip *c, const char *work, const char *elf, const char *name,
                    unsigned rounds)
{
    char command[128];
    char *const argv[] = {"gdb-multiarch", "-batch", "-nx", "-ex", command, (char *)elf, NULL};
    double seconds[ROUNDS], memory;

    if (c->gdb == NULL)
        return;
    snprintf(command, sizeof(command), "print %s", name);
    for (unsigned i = 0; i < rounds; i++)
        seconds[i] = run(argv, &memory);
    series_add(c->latency, work, "GDB", bench_median(seconds, rounds));
}

/* False: there is none. */
static bool find_kernel(char *path, size_t size)
{
    const char *given = getenv("OCD_BENCH_KERNEL");
    glob_t found;

    if (given == NULL && glob("/usr/lib/debug/boot/vmlinux-*", 0, NULL, &found) != 0)
        return false;
    snprintf(path, size, "%s", given != NULL ? given : found.gl_pathv[0]);
    if (given == NULL)
        globfree(&found);
    return true;
}

void names_measure(struct chip *c)
{
    char path[512];

    make_program(c, path, sizeof(path));
    run_tool(c, "first value of a program", path, "motor.pid.kp");
    run_gdb(c, "first value of a program", path, "motor.pid.kp", ROUNDS);
    unlink(path);
    if (!find_kernel(path, sizeof(path)))
        return;
    run_tool(c, "first name of a kernel", path, "&init_task.comm");
    run_gdb(c, "first name of a kernel", path, "&init_task.comm", 1);
}
