/* CALLS: ioctl */
/* REQUIRES: root */
/* Block devices. Some requests are encoded with sizeof(size_t), so the guest's numbers are not the kernel's. */
#include "check.h"

#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

int main(void)
{
    int fd = open("/dev/loop0", O_RDONLY);
    if (fd < 0) {
        skip("no loop device");
    }
    uint64_t bytes[2] = {77, 77}, sectors = 77;
    int size = -1, block = -1, read_only = -1;
    static struct loop_info64 info;
    IS(ioctl(fd, (int)BLKGETSIZE64, bytes), 0);
    IS(ioctl(fd, BLKGETSIZE, &sectors), 0);
    CHECK(bytes[0] == sectors * 512 && bytes[1] == 77);
    IS(ioctl(fd, BLKSSZGET, &size), 0);
    CHECK(size >= 512);
    IS(ioctl(fd, (int)BLKBSZGET, &block), 0);
    CHECK(block >= 512);
    IS(ioctl(fd, BLKROGET, &read_only), 0);
    CHECK(read_only == 0 || read_only == 1);
    ERR(ioctl(fd, (int)BLKGETSIZE64, bad_pointer()), EFAULT);
    ERR(ioctl(fd, BLKSSZGET, bad_pointer()), EFAULT);
    CHECK(ioctl(fd, LOOP_GET_STATUS64, &info) == 0 || errno == ENXIO);
    return done();
}
