// SPDX-License-Identifier: MIT
#include "doctor/usb.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define RULES      "60-openocd.rules"
#define FIELD_MAX  80
#define PATH_MAX_  512
#define CMSIS_NAME "CMSIS-DAP" /* how such a probe calls itself, of any maker */

static const char *const rules_files[] = {
    "/etc/udev/rules.d/" RULES,
    "/run/udev/rules.d/" RULES,
    "/usr/local/lib/udev/rules.d/" RULES,
    "/usr/lib/udev/rules.d/" RULES,
    "/lib/udev/rules.d/" RULES,
    /* Not read by udev: the copies to install. */
    "/usr/share/openocd/contrib/" RULES,
    "/usr/local/share/openocd/contrib/" RULES,
};

#define RULES_FILES   (sizeof(rules_files) / sizeof(*rules_files))
#define RULES_OF_UDEV 5

/* The probes that are known without OpenOCD's rules. */
static const struct known {
    const char *vendor;
    const char *product; /* NULL: all of the vendor's */
    const char *name;
} known[] = {
    {"0483", "3748", "ST-LINK/V2"},       {"0483", "374b", "ST-LINK/V2-1"},
    {"0483", "374e", "ST-LINK/V3"},       {"0483", "374f", "ST-LINK/V3"},
    {"0483", "3752", "ST-LINK/V2-1"},     {"0483", "3753", "ST-LINK/V3"},
    {"0483", "3754", "ST-LINK/V3"},       {"1366", NULL, "J-Link"},
    {"0403", "6010", "FT2232"},           {"0403", "6011", "FT4232"},
    {"0403", "6014", "FT232H"},           {"2e8a", "000c", "Debugprobe"},
    {"303a", "1001", "Espressif's JTAG"}, {"0d28", "0204", "DAPLink"},
};

static bool find_file(size_t count, const char **path)
{
    for (size_t i = 0; i < count; i++) {
        if (access(rules_files[i], R_OK) == 0) {
            *path = rules_files[i];
            return true;
        }
    }
    return false;
}

const char *usb_find_rules(void)
{
    const char *path = NULL;
    return find_file(RULES_FILES, &path) ? path : NULL;
}

bool usb_rules_installed(void)
{
    const char *path;
    return find_file(RULES_OF_UDEV, &path);
}

/* The value of KEY=="VALUE" in a line of rules. */
static bool rule_value(const char *line, const char *key, char value[5])
{
    const char *at = strstr(line, key);
    return at != NULL && sscanf(at + strlen(key), "=\"%4[0-9A-Fa-f]\"", value) == 1;
}

/* Whether the rules name the probe; the comment before its rule is its name. */
static bool is_in_rules(const char *path, struct usb_probe *probe)
{
    char line[512];
    char comment[FIELD_MAX] = "";
    bool found = false;
    FILE *rules = fopen(path, "re");
    while (rules != NULL && !found && fgets(line, sizeof(line), rules) != NULL) {
        char vendor[5];
        char product[5];
        if (line[0] == '#') {
            snprintf(comment, sizeof(comment), "%.*s", (int)strcspn(line + 1, "\n"),
                     line + 1 + strspn(line + 1, " "));
            comment[strcspn(comment, "\n")] = '\0';
        }
        found = rule_value(line, "ATTRS{idVendor}=", vendor) &&
                rule_value(line, "ATTRS{idProduct}=", product) &&
                strcasecmp(vendor, probe->vendor) == 0 && strcasecmp(product, probe->product) == 0;
    }
    if (rules != NULL)
        fclose(rules);
    if (found && probe->name[0] == '\0')
        snprintf(probe->name, sizeof(probe->name), "%s", comment);
    return found;
}

static bool is_known(struct usb_probe *probe)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcasecmp(known[i].vendor, probe->vendor) == 0 &&
            (known[i].product == NULL || strcasecmp(known[i].product, probe->product) == 0)) {
            if (probe->name[0] == '\0')
                snprintf(probe->name, sizeof(probe->name), "%s", known[i].name);
            return true;
        }
    }
    return false;
}

/* A line of a file of the device's directory; "" if there is none. */
static void read_field(const char *devices, const char *device, const char *name,
                       char field[FIELD_MAX])
{
    char path[PATH_MAX_];
    snprintf(path, sizeof(path), "%s/%.100s/%s", devices, device, name);
    FILE *file = fopen(path, "re");
    if (file == NULL || fgets(field, FIELD_MAX, file) == NULL)
        field[0] = '\0';
    field[strcspn(field, "\n")] = '\0';
    if (file != NULL)
        fclose(file);
}

/* Fills in the device of that name; false: it is no debug probe. */
static bool read_device(const struct usb_paths *paths, const char *device, struct usb_probe *probe)
{
    char field[FIELD_MAX];
    memset(probe, 0, sizeof(*probe));
    read_field(paths->devices, device, "idVendor", field);
    snprintf(probe->vendor, sizeof(probe->vendor), "%.4s", field);
    read_field(paths->devices, device, "idProduct", field);
    snprintf(probe->product, sizeof(probe->product), "%.4s", field);
    if (probe->vendor[0] == '\0' || probe->product[0] == '\0')
        return false; /* an interface of a device */
    read_field(paths->devices, device, "product", probe->name);
    if (strstr(probe->name, CMSIS_NAME) == NULL && !is_in_rules(paths->rules, probe) &&
        !is_known(probe))
        return false;
    char bus[FIELD_MAX];
    read_field(paths->devices, device, "busnum", bus);
    read_field(paths->devices, device, "devnum", field);
    snprintf(probe->device, sizeof(probe->device), "%.40s/%03lu/%03lu", paths->nodes,
             strtoul(bus, NULL, 10) % 1000, strtoul(field, NULL, 10) % 1000);
    probe->writable = access(probe->device, R_OK | W_OK) == 0;
    return true;
}

size_t usb_find_probes(const struct usb_paths *given, struct usb_probe probes[USB_PROBES_MAX])
{
    const char *rules = usb_find_rules();
    struct usb_paths paths = {"/sys/bus/usb/devices", "/dev/bus/usb", rules != NULL ? rules : ""};
    paths = given != NULL ? *given : paths;
    size_t count = 0;
    DIR *directory = opendir(paths.devices);
    struct dirent *entry;
    while (directory != NULL && count < USB_PROBES_MAX && (entry = readdir(directory)) != NULL)
        if (entry->d_name[0] != '.' && read_device(&paths, entry->d_name, &probes[count]))
            count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}
