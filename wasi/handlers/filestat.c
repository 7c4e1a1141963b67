#include "wasi/handlers/filestat.h"

#include "wasi/guest_memory.h"

#include <errno.h>

#define NANOSECONDS UINT64_C(1000000000)

static uint64_t nanoseconds(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * NANOSECONDS + (uint64_t)time->tv_nsec;
}

struct wasi_filestat filestat_of(const struct stat *st, uint8_t type)
{
    return (struct wasi_filestat){
        .device = st->st_dev,
        .inode = st->st_ino,
        .type = type,
        .links = st->st_nlink,
        .size = (uint64_t)st->st_size,
        .accessed = nanoseconds(&st->st_atim),
        .modified = nanoseconds(&st->st_mtim),
        .changed = nanoseconds(&st->st_ctim),
    };
}

int64_t filestat_answer(uint32_t to, const struct wasi_filestat *answer)
{
    return wasi_copy_out(to, answer, sizeof *answer) ? 0 : -EFAULT;
}

int64_t filestat_answer_unstable(uint32_t to, const struct wasi_filestat *answer)
{
    struct {
        uint64_t device;
        uint64_t inode;
        uint8_t type;
        uint8_t unused[3];
        uint32_t links;
        uint64_t size, accessed, modified, changed;
    } given = {
        .device = answer->device,
        .inode = answer->inode,
        .type = answer->type,
        .links = answer->links <= UINT32_MAX ? (uint32_t)answer->links : UINT32_MAX,
        .size = answer->size,
        .accessed = answer->accessed,
        .modified = answer->modified,
        .changed = answer->changed,
    };
    _Static_assert(sizeof given == 56, "filestat of wasi_unstable");
    return wasi_copy_out(to, &given, sizeof given) ? 0 : -EFAULT;
}

static struct timespec time_in(uint64_t time, bool is_given, bool is_now)
{
    return is_given ? (struct timespec){(time_t)(time / NANOSECONDS), (long)(time % NANOSECONDS)}
                    : (struct timespec){.tv_nsec = is_now ? UTIME_NOW : UTIME_OMIT};
}

int64_t times_in(struct timespec times[2], uint64_t accessed, uint64_t modified, uint32_t flags)
{
    const uint32_t both_accessed = SET_ATIM | SET_ATIM_NOW, both_modified = SET_MTIM | SET_MTIM_NOW;
    if ((flags & both_accessed) == both_accessed || (flags & both_modified) == both_modified) {
        return -EINVAL;
    }
    times[0] = time_in(accessed, (flags & SET_ATIM) != 0, (flags & SET_ATIM_NOW) != 0);
    times[1] = time_in(modified, (flags & SET_MTIM) != 0, (flags & SET_MTIM_NOW) != 0);
    return 0;
}
