#define _GNU_SOURCE
#include "syscalls/handlers/device_refused.h"

#include "wali/native/base/kernel.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

/* Numbers of devices: Documentation/admin-guide/devices.txt of the kernel. */
#define MEMORY 1
#define MEMORY_OF_MACHINE 1
#define MEMORY_OF_KERNEL 2
#define PORTS 4
#define MISCELLANEOUS 10
#define MISCELLANEOUS_UHID 239
#define SCSI_GENERIC 21
#define SOUND 116
#define SOUND_SEQUENCER 1
#define INFINIBAND 231

/* Whether a miscellaneous device has this name.  The connection manager of RDMA has no fixed
 * number. */
static bool is_named(unsigned minor, const char *wanted)
{
    char link[40], found[128];
    snprintf(link, sizeof link, "/sys/dev/char/%d:%u", MISCELLANEOUS, minor);
    const int64_t length = KERNEL(readlink, link, found, sizeof found - 1);
    if (length <= 0) {
        return false;
    }
    found[length] = '\0';
    const char *slash = strrchr(found, '/');
    return slash != NULL && strcmp(slash + 1, wanted) == 0;
}

bool is_refused_device(dev_t device)
{
    const unsigned number = minor(device);
    switch (major(device)) {
    case MEMORY:
        return number == MEMORY_OF_MACHINE || number == MEMORY_OF_KERNEL || number == PORTS;
    case MISCELLANEOUS:
        return number == MISCELLANEOUS_UHID || is_named(number, "rdma_cm");
    case SOUND:
        return number == SOUND_SEQUENCER;
    case SCSI_GENERIC:
    case INFINIBAND:
        return true;
    default:
        return false;
    }
}
