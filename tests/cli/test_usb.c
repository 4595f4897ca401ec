// SPDX-License-Identifier: MIT
/* Debug probes on USB, in directories that look like those of the system. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "doctor/usb.h"

struct system {
    char top[64];
    char devices[80];
    char nodes[80];
    char rules[80];
};

static struct system files;

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(files.top, "/tmp/ocd-usb-XXXXXX");
    assert_non_null(mkdtemp(files.top));
    snprintf(files.devices, sizeof(files.devices), "%s/sys", files.top);
    snprintf(files.nodes, sizeof(files.nodes), "%s/dev", files.top);
    snprintf(files.rules, sizeof(files.rules), "%s/rules", files.top);
    assert_int_equal(mkdir(files.devices, 0700), 0);
    assert_int_equal(mkdir(files.nodes, 0700), 0);
    write_text(files.rules, "# The probe of a small company\n"
                            "ATTRS{idVendor}==\"0B6B\", ATTRS{idProduct}==\"0040\", MODE=\"660\"\n"
                            "ATTRS{product}==\"*CMSIS-DAP*\", MODE=\"660\"\n");
    return 0;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", files.top);
    return system(command);
}

static void add_field(const char *device, const char *name, const char *value)
{
    char path[200];
    char line[100];
    snprintf(path, sizeof(path), "%s/%s/%s", files.devices, device, name);
    snprintf(line, sizeof(line), "%s\n", value);
    write_text(path, line);
}

/* Device `number` of bus 1; `product` NULL: it has no name. */
static void add_device(unsigned number, const char *vendor, const char *id, const char *product)
{
    char name[16];
    char path[200];
    char digits[16];
    snprintf(name, sizeof(name), "1-%u", number);
    snprintf(path, sizeof(path), "%s/%s", files.devices, name);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(digits, sizeof(digits), "%u", number);
    add_field(name, "idVendor", vendor);
    add_field(name, "idProduct", id);
    add_field(name, "busnum", "1");
    add_field(name, "devnum", digits);
    if (product != NULL)
        add_field(name, "product", product);
}

static void add_node(unsigned number)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/001", files.nodes);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/001/%03u", files.nodes, number);
    write_text(path, "");
}

static size_t find(struct usb_probe probes[USB_PROBES_MAX])
{
    return usb_find_probes(&(struct usb_paths){files.devices, files.nodes, files.rules}, probes);
}

static void nothing_is_found_on_an_empty_bus(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    assert_int_equal(find(probes), 0);
    assert_int_equal(
        usb_find_probes(&(struct usb_paths){"/nonexistent", "/nonexistent", ""}, probes), 0);
}

static void a_keyboard_is_no_probe(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    add_device(2, "046d", "c31c", "USB Keyboard");
    assert_int_equal(find(probes), 0);
}

static void a_probe_without_a_name_has_that_of_the_rules(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    add_device(4, "0b6b", "0040", NULL);
    add_node(4);
    assert_int_equal(find(probes), 1);
    assert_string_equal(probes[0].name, "The probe of a small company");
    assert_non_null(strstr(probes[0].device, "/dev/001/004"));
    assert_true(probes[0].writable);
}

static void a_cmsis_dap_probe_is_known_by_its_name(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    add_device(5, "abcd", "0001", "Somebody's CMSIS-DAP v2");
    assert_int_equal(find(probes), 1);
    assert_string_equal(probes[0].name, "Somebody's CMSIS-DAP v2");
}

static void some_probes_are_known_without_rules(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    add_device(6, "0483", "374b", "STM32 STLink");
    assert_int_equal(usb_find_probes(&(struct usb_paths){files.devices, files.nodes, ""}, probes),
                     1);
    assert_string_equal(probes[0].name, "STM32 STLink");
}

static void a_probe_without_its_file_cannot_be_opened(void **state)
{
    struct usb_probe probes[USB_PROBES_MAX];
    (void)state;
    add_device(7, "0483", "3748", NULL);
    assert_int_equal(find(probes), 1);
    assert_false(probes[0].writable);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_found_on_an_empty_bus),
        TEST(a_keyboard_is_no_probe),
        TEST(a_probe_without_a_name_has_that_of_the_rules),
        TEST(a_cmsis_dap_probe_is_known_by_its_name),
        TEST(some_probes_are_known_without_rules),
        TEST(a_probe_without_its_file_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
