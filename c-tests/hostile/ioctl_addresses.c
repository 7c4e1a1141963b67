/* CALLS: ioctl, fcntl */
/* Requests whose struct holds an address, which would be one of the host: refused, and nothing is written
 * there. */
#include "check.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static uint64_t area[512];

/* Every 64-bit field an address of something that the host surely has, in the guest or out of it. */
static void refused(const char *name, int fd, unsigned request)
{
    for (size_t i = 0; i < sizeof area / sizeof *area; i++) {
        area[i] = 0x400000;
    }
    area[0] = request >> 16 & 0x3fff; /* many structs begin with their size */
    long long result = RAW(SYS_ioctl, fd, request, area);
    say("%s: %s", name, result < 0 ? errno_name(errno) : "PASSED");
    check_failures += result >= 0 || errno != ENOTTY;
    result = RAW(SYS_ioctl, fd, request, 0x400000);
    check_failures += result >= 0 || errno != ENOTTY;
}

int main(void)
{
    int maps = (int)OK(open("/proc/self/maps", O_RDONLY)),
        pagemap = (int)OK(open("/proc/self/pagemap", O_RDONLY));
    int sock = (int)OK(socket(AF_INET, SOCK_DGRAM, 0)), null = (int)OK(open("/dev/null", O_RDWR));
    refused("PROCMAP_QUERY", maps, 0xc0686611);
    refused("PAGEMAP_SCAN", pagemap, 0xc0606610);
    refused("SIOCETHTOOL", sock, 0x8946);
    refused("SIOCDEVPRIVATE", sock, 0x89f0);
    refused("SIOCGIFBR", sock, 0x8940);
    refused("SIOCSHWTSTAMP", sock, 0x89b0);
    refused("SIOCGIWESSID", sock, 0x8b1b);
    refused("UFFDIO_COPY", null, 0xc028aa03);
    refused("KVM_CREATE_VM", null, 0xae01);
    refused("VHOST_SET_MEM_TABLE", null, 0x4008af03);
    refused("SG_IO", null, 0x2285);
    refused("BLKPG", null, 0x1269);
    refused("KDFONTOP", null, 0x4b72);
    refused("KDENABIO", null, 0x4b36);
    refused("EVIOCSFF", null, 0x40304580);
    refused("EVIOCGMASK", null, 0x80104592);
    refused("FS_IOC_READ_VERITY_METADATA", null, 0xc0286687);
    refused("unknown, read", null, 0x80087a01);
    refused("unknown, written", null, 0x40087a02);
    refused("unknown, no size", null, 0x7a03);

    /* A command of fcntl that takes an address, in a kernel newer than the runtime. */
    for (int command = 1029; command < 1100; command++) {
        if (command >= 1031 && command <= 1040) {
            continue; /* known ones */
        }
        long long result = RAW(SYS_fcntl, null, command, 0x400000);
        check_failures += result != -1 || errno != EINVAL;
    }
    return done();
}
