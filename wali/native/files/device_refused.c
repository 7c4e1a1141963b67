/* Entries check the addresses that calls pass.  They cannot check those that lie in the bytes of a
 * write(2), and a driver that follows such addresses reads and writes the host's memory.  What other
 * drivers take by ioctl(2) is a list of what is allowed (syscalls/ioctls/), so those whose addresses
 * come by ioctl alone (KVM, VFIO, DRM, udmabuf, uinput, binder) are harmless here.
 *
 * Most numbers are assigned for good (Documentation/admin-guide/devices.txt of the kernel).  Those
 * of some drivers are free ones, given out as the drivers come.  Whose such a number is stands in
 * /proc/misc and /proc/devices.  A guest may be able to mount something else there, so the files
 * count only if they are procfs's own.  A number that they do not tell is refused. */
#define _GNU_SOURCE
#include "wali/native/files/device_refused.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#define MEMORY 1
#define MEMORY_OF_MACHINE 1
#define MEMORY_OF_KERNEL 2
#define PORTS 4
#define MEMORY_OF_CRASHED_KERNEL 12
#define MISCELLANEOUS 10
#define MISCELLANEOUS_CUSE 203     /* serves devices, and asks their callers' memory for what it likes */
#define MISCELLANEOUS_SNAPSHOT 231 /* all of the machine's memory (suspend to disk) */
#define MISCELLANEOUS_VHOST_NET 238
#define MISCELLANEOUS_UHID 239
#define MISCELLANEOUS_VHOST_VSOCK 241
#define SCSI_GENERIC 21
#define SOUND 116
#define SOUND_SEQUENCER 1
#define PROCESSOR_REGISTERS 202 /* one of them is where system calls enter the kernel */
#define INFINIBAND 231
#define INFINIPATH 233

/* Miscellaneous devices without a number of their own. */
static const char *const refused_miscellaneous[] = {"rdma_cm", "vhost-scsi", "crash", NULL};
/* Drivers without a number of their own. */
static const char *const refused_drivers[] = {
    "infiniband_verbs", "infiniband_mad", "infiniband_cm", "hfi1", "ipath", "vhost-vdpa", "bsg", NULL,
};

static bool is_among(const char *name, size_t length, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strlen(*names) == length && memcmp(*names, name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* What a list of numbers and names says of a number. */
struct finding {
    bool known, refused;
};

/* Reads one line, "  10 misc". */
static void read_line(struct finding *finding, const char *line, unsigned number, const char *const *names)
{
    char *end;
    const unsigned long found = strtoul(line, &end, 10);
    if (end == line || *end != ' ' || found != number) {
        return;
    }
    finding->known = true;
    finding->refused = finding->refused || is_among(end + 1, strlen(end + 1), names);
}

/* A file that is read line by line. */
struct lines {
    int64_t fd;
    char part[512];
    int64_t at, end;
};

/* The next line without its end, cut at `size` bytes; false at the end of the file. */
static bool next_line(struct lines *lines, char *line, size_t size)
{
    for (size_t length = 0;;) {
        if (lines->at == lines->end) {
            lines->end = KERNEL(read, lines->fd, lines->part, sizeof lines->part);
            lines->at = 0;
            if (lines->end <= 0) {
                return false;
            }
        }
        const char c = lines->part[lines->at++];
        if (c == '\n') {
            line[length] = '\0';
            return true;
        }
        line[length] = c;
        length += length + 1 < size;
    }
}

/* Reads /proc/misc or /proc/devices, up to the block devices. */
static struct finding look_up(const char *file, unsigned number, const char *const *names)
{
    struct finding finding = {false, false};
    struct lines lines = {.fd = real_proc_open(file, O_RDONLY)};
    char line[128];
    if (lines.fd < 0) {
        return finding;
    }
    while (next_line(&lines, line, sizeof line) && strcmp(line, "Block devices:") != 0) {
        read_line(&finding, line, number, names);
    }
    KERNEL(close, lines.fd);
    return finding;
}

/* include/linux/fs.h and miscdevice.h of the kernel: majors from 234 to 254 and from 384 to 511 are
 * free ones, minors of miscellaneous devices up to 127 and from 256 on. */
bool is_assigned_at_random(dev_t device)
{
    const unsigned number = major(device);
    if (number == MISCELLANEOUS) {
        return minor(device) < 128 || minor(device) > 255;
    }
    return (number >= 234 && number <= 254) || (number >= 384 && number <= 511);
}

bool is_refused_device(dev_t device)
{
    const unsigned number = minor(device);
    if (is_assigned_at_random(device)) {
        const struct finding finding = major(device) == MISCELLANEOUS
                                           ? look_up("misc", number, refused_miscellaneous)
                                           : look_up("devices", major(device), refused_drivers);
        return finding.refused || !finding.known;
    }
    switch (major(device)) {
    case MEMORY:
        return number == MEMORY_OF_MACHINE || number == MEMORY_OF_KERNEL || number == PORTS ||
               number == MEMORY_OF_CRASHED_KERNEL;
    case MISCELLANEOUS:
        return number == MISCELLANEOUS_CUSE || number == MISCELLANEOUS_SNAPSHOT ||
               number == MISCELLANEOUS_VHOST_NET || number == MISCELLANEOUS_UHID ||
               number == MISCELLANEOUS_VHOST_VSOCK;
    case SOUND:
        return number == SOUND_SEQUENCER;
    case SCSI_GENERIC:
    case PROCESSOR_REGISTERS:
    case INFINIBAND:
    case INFINIPATH:
        return true;
    default:
        return false;
    }
}
