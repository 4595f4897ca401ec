// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "doctor/usb.h"
#include "hints.h"

#define CURE_MAX 400

/* How this user may open a probe. */
static void describe_cure(char cure[CURE_MAX])
{
    const char *rules = usb_find_rules();
    if (usb_rules_installed()) {
        snprintf(
            cure, CURE_MAX,
            "%s is installed: plug the probe in again; over SSH also join its group with 'sudo "
            "adduser $USER plugdev' and log in again",
            rules);
    } else {
        snprintf(cure, CURE_MAX,
                 "'sudo cp %s /etc/udev/rules.d/ && sudo udevadm control --reload', then plug the "
                 "probe in again",
                 rules != NULL ? rules : "60-openocd.rules (of OpenOCD's contrib folder)");
    }
}

static void add_probe(struct doctor *doctor, const struct usb_probe *probe)
{
    char cure[CURE_MAX];
    describe_cure(cure);
    if (probe->writable) {
        doctor_add(doctor, "probe", DOCTOR_OK, NULL, "%s (%s:%s), %s may be opened", probe->name,
                   probe->vendor, probe->product, probe->device);
    } else if (access(probe->device, F_OK) != 0 && errno == ENOENT) {
        doctor_add(doctor, "probe", doctor->connected ? DOCTOR_NOTE : DOCTOR_FAILED,
                   "hand the probe to this container: 'docker run --device=/dev/bus/usb ...'",
                   "%s (%s:%s) is on USB, but there is no %s", probe->name, probe->vendor,
                   probe->product, probe->device);
    } else {
        /* With a connection: the running OpenOCD's user may be allowed to open it. */
        doctor_add(doctor, "probe", doctor->connected ? DOCTOR_NOTE : DOCTOR_FAILED, cure,
                   "%s (%s:%s): this user may not open %s", probe->name, probe->vendor,
                   probe->product, probe->device);
    }
}

void doctor_check_probe(struct doctor *doctor)
{
    struct usb_probe probes[USB_PROBES_MAX];
    if (!hint_is_local(doctor->cli->settings.host)) {
        doctor_add(doctor, "probe", DOCTOR_SKIPPED, NULL,
                   "OpenOCD runs on %.255s, and so does the "
                   "probe",
                   doctor->cli->settings.host);
        return;
    }
    size_t count = usb_find_probes(NULL, probes);
    for (size_t i = 0; i < count; i++)
        add_probe(doctor, &probes[i]);
    if (count == 0) {
        doctor_add(doctor, "probe", DOCTOR_NOTE,
                   doctor->connected ? NULL
                                     : "plug the probe in, or hand it to the virtual machine; "
                                       "'ocd sim --openocd' needs none",
                   "no debug probe that OpenOCD's rules name is on USB");
    }
}
