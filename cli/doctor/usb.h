// SPDX-License-Identifier: MIT
/* Debug probes on USB, found in files of the system; nothing is opened. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define USB_PROBES_MAX 16

struct usb_probe {
    char vendor[5]; /* four hexadecimal digits */
    char product[5];
    char name[80];   /* what the probe calls itself, or what the rules call it */
    char device[64]; /* its file, such as /dev/bus/usb/001/004 */
    bool writable;   /* by this user */
};

/* Where the files are; NULL: the system's. */
struct usb_paths {
    const char *devices; /* /sys/bus/usb/devices */
    const char *nodes;   /* /dev/bus/usb */
    const char *rules;   /* OpenOCD's 60-openocd.rules; "": no such file, for a short list */
};

/* The file of OpenOCD's udev rules, NULL if there is none. */
const char *usb_find_rules(void);
/* Whether such a file is where udev reads it. */
bool usb_rules_installed(void);
/* Fills `probes` and answers how many. */
size_t usb_find_probes(const struct usb_paths *paths, struct usb_probe probes[USB_PROBES_MAX]);
