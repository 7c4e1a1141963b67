/* CALLS: ioctl */
/* Requests to file systems. Which of them one offers differs, so only what all agree on is printed. */
#include "check.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

/* The call succeeds, or the file system has no such thing. */
static bool offered(const char *name, int result)
{
    bool fits = result == 0 || errno == ENOTTY || errno == EOPNOTSUPP || errno == EINVAL || errno == EPERM ||
                errno == EXDEV || errno == ENOSYS;
    say("%s: %s", name, fits ? "fits" : errno_name(errno));
    check_failures += !fits;
    return result == 0;
}

static void attributes(int fd)
{
    unsigned flags[2] = {0, 0x55555555};
    if (offered("FS_IOC_GETFLAGS", ioctl(fd, (int)FS_IOC_GETFLAGS, flags))) {
        CHECK(flags[1] == 0x55555555); /* an int, although encoded as long */
        CHECK(ioctl(fd, (int)FS_IOC_SETFLAGS, flags) == 0);
        CHECK(ioctl(fd, (int)FS_IOC_GETFLAGS, bad_pointer()) == -1 && errno == EFAULT);
    }
    struct fsxattr more;
    if (offered("FS_IOC_FSGETXATTR", ioctl(fd, (int)FS_IOC_FSGETXATTR, &more))) {
        CHECK(ioctl(fd, (int)FS_IOC_FSGETXATTR, bad_pointer()) == -1 && errno == EFAULT);
    }
    long generation = 0;
    offered("FS_IOC_GETVERSION", ioctl(fd, (int)FS_IOC_GETVERSION, &generation));
    int size = -1;
    if (offered("FIGETBSZ", ioctl(fd, FIGETBSZ, &size))) {
        CHECK(size >= 512 && (size & (size - 1)) == 0);
        CHECK(ioctl(fd, FIGETBSZ, bad_pointer()) == -1 && errno == EFAULT);
    }
}

static void extents(int fd)
{
    static union {
        struct fiemap map;
        char bytes[sizeof(struct fiemap) + 4 * sizeof(struct fiemap_extent)];
    } all;
    all.map.fm_length = ~0ull;
    all.map.fm_flags = FIEMAP_FLAG_SYNC;
    all.map.fm_extent_count = 4;
    if (offered("FS_IOC_FIEMAP", ioctl(fd, (int)FS_IOC_FIEMAP, &all))) {
        CHECK(all.map.fm_mapped_extents >= 1 && all.map.fm_extents[0].fe_logical == 0);
        all.map.fm_extent_count = 0; /* only counts */
        CHECK(ioctl(fd, (int)FS_IOC_FIEMAP, &all) == 0 && all.map.fm_mapped_extents >= 1);
        CHECK(ioctl(fd, (int)FS_IOC_FIEMAP, bad_pointer()) == -1 && errno == EFAULT);
        all.map.fm_extent_count = ~0u;
        CHECK(ioctl(fd, (int)FS_IOC_FIEMAP, &all) == -1);
    }
}

static void clones(int fd, int other)
{
    struct file_clone_range range = {.src_fd = fd};
    union {
        struct file_dedupe_range head;
        char bytes[sizeof(struct file_dedupe_range) + sizeof(struct file_dedupe_range_info)];
    } same;
    memset(&same, 0, sizeof same);
    same.head.src_length = 4096;
    same.head.dest_count = 1;
    same.head.info[0].dest_fd = other;
    offered("FICLONE", ioctl(other, (int)FICLONE, fd));
    offered("FICLONERANGE", ioctl(other, (int)FICLONERANGE, &range));
    offered("FIDEDUPERANGE", ioctl(fd, (int)FIDEDUPERANGE, &same));
    ERR(ioctl(other, (int)FICLONE, -1), EBADF);
    ERR(ioctl(other, (int)FICLONE, 9999), EBADF);
    ERR(ioctl(other, (int)FICLONERANGE, bad_pointer()), EFAULT);
    ERR(ioctl(fd, (int)FIDEDUPERANGE, bad_pointer()), EFAULT);
}

int main(void)
{
    char text[4097];
    memset(text, 'x', 4096);
    text[4096] = 0;
    int fd = make_file("file", text), other = make_file("other", "");
    attributes(fd);
    extents(fd);
    clones(fd, other);
    become_ordinary_user();
    int block = 0;
    ERR(ioctl(fd, FIBMAP, &block), EPERM);
    return done();
}
