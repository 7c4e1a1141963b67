/* A path proves nothing (symbolic links, dirfd, chroot, bind mounts, reopening through
 * /proc/self/fd), so the file itself is looked at.
 *
 * Left to the kernel: /proc/<pid>/map_files, which needs CAP_CHECKPOINT_RESTORE and holds plain
 * files that can be opened by their names as well, and memory of the host's that is sealed
 * (docs/MEMORY.md); /proc/<pid>/pagemap, kpage* and clear_refs, which hold no contents of memory. */
#define _GNU_SOURCE
#include "wali/native/files/refused.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/device_refused.h"
#include "wali/native/files/pinned_fd.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>

/* /proc/kcore, or /proc/vmcore of a kernel after a crash, has a size that no other file on procfs
 * comes near. */
static bool is_whole_memory(const struct stat *st)
{
    return st->st_size > INT64_C(1) << 40;
}

/* Whether this may be a regular file on procfs that reads memory.  /proc/<pid>/mem is empty and has
 * a permission to write.  The test is nearly always enough. */
static bool may_be_memory(int64_t fd, const struct stat *st)
{
    return S_ISREG(st->st_mode) && major(st->st_dev) == 0 &&
           (is_whole_memory(st) ||
            (st->st_size == 0 && (st->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) != 0)) &&
           is_on_proc(fd);
}

/* /proc/<pid>/mem is the only file on procfs with negative offsets, because its offsets are
 * addresses.  Name and path say nothing, because a bind mount changes them. */
static bool is_memory(int64_t fd, const struct stat *st)
{
    return may_be_memory(fd, st) &&
           (is_whole_memory(st) || KERNEL(lseek, fd, INT64_MIN, SEEK_SET) == INT64_MIN);
}

bool is_refused(int64_t fd, const struct stat *st)
{
    return S_ISCHR(st->st_mode) ? is_refused_device(st->st_rdev) : is_memory(fd, st);
}

/* /proc/<pid>/mem has mode 0600, which no chmod(2) changes.  So have some files of /proc/sys. */
enum verdict verdict_of_path(int64_t path_fd, const struct stat *st)
{
    if (S_ISCHR(st->st_mode)) {
        return is_assigned_at_random(st->st_rdev) ? UNDECIDED
               : is_refused_device(st->st_rdev)   ? REFUSED
                                                  : GRANTED;
    }
    if (!may_be_memory(path_fd, st)) {
        return GRANTED;
    }
    return is_whole_memory(st) ? REFUSED : (st->st_mode & 0777) == 0600 ? UNDECIDED : GRANTED;
}

int64_t check_fd(int64_t fd)
{
    struct stat st;
    if (fd < 0 || KERNEL(fstat, fd, &st) < 0 || !is_refused(fd, &st)) {
        return fd;
    }
    fd_close(fd);
    return -EACCES;
}

/* Files without a name whose use gives out descriptors (read(2) of fanotify(7)), or which act on
 * memory by themselves: calls that would make them are refused. */
static const char *const refused_kinds[] = {
    "[fanotify]", "[io_uring]", "[userfaultfd]", "[perf_event]", "bpf-", "kvm-",
};

static bool is_refused_kind(int64_t fd)
{
    static const char prefix[] = "anon_inode:";
    char number[16], text[64];
    const int64_t folder = real_proc_open("thread-self/fd", O_PATH | O_DIRECTORY);
    if (folder < 0) { /* the guest itself can see to that: by its last descriptors, by chroot(2) */
        return true;
    }
    snprintf(number, sizeof number, "%d", (int)fd);
    const int64_t length = KERNEL(readlinkat, folder, number, text, sizeof text - 1);
    KERNEL(close, folder);
    text[length < 0 ? 0 : length] = '\0';
    for (size_t i = 0; i < sizeof refused_kinds / sizeof refused_kinds[0]; i++) {
        if (strncmp(text, prefix, sizeof prefix - 1) == 0 &&
            strncmp(text + sizeof prefix - 1, refused_kinds[i], strlen(refused_kinds[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* An O_PATH descriptor cannot be read or written.  What it leads to is looked at when it is opened
 * again. */
bool is_refused_foreign(int64_t fd)
{
    struct stat st;
    if (KERNEL(fstat, fd, &st) < 0) {
        return false;
    }
    const bool refused = (st.st_mode & S_IFMT) == 0 ? is_refused_kind(fd) : is_refused(fd, &st);
    return refused && (KERNEL(fcntl, fd, F_GETFL) & O_PATH) == 0;
}

static void close_if_refused(int64_t fd)
{
    if (is_refused_foreign(fd)) {
        KERNEL(close, fd);
        fprintf(stderr, "wali-run: descriptor %d is closed: no guest may have that file\n", (int)fd);
    }
}

/* The entry of getdents64(2). */
struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* Looks at the descriptors that a folder of procfs names.  False if it cannot be read. */
static bool look_at_named(int64_t folder)
{
    _Alignas(struct entry) char entries[2048];
    int64_t n;
    while ((n = KERNEL(getdents64, folder, entries, sizeof entries)) > 0) {
        for (int64_t at = 0; at < n;) {
            const struct entry *const entry = (const void *)(entries + at);
            if (entry->name[0] >= '0' && entry->name[0] <= '9') {
                close_if_refused(strtol(entry->name, NULL, 10));
            }
            at += entry->length;
        }
    }
    return n == 0;
}

#define FEWEST_NUMBERS (UINT64_C(1) << 16) /* where only the numbers themselves can be tried */
#define MOST_NUMBERS (UINT64_C(1) << 20)

/* The limit may have been higher when a descriptor was opened. */
static uint64_t count_of_numbers(void)
{
    struct rlimit limit;
    if (KERNEL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) < 0 || limit.rlim_max > MOST_NUMBERS) {
        return MOST_NUMBERS;
    }
    return limit.rlim_max < FEWEST_NUMBERS ? FEWEST_NUMBERS : limit.rlim_max;
}

void close_refused(void)
{
    const int64_t folder = real_proc_open("self/fd", O_RDONLY | O_DIRECTORY);
    const bool named = folder >= 0 && look_at_named(folder);
    if (folder >= 0) {
        KERNEL(close, folder);
    }
    const uint64_t numbers = named ? 0 : count_of_numbers();
    for (uint64_t fd = 0; fd < numbers; fd++) {
        close_if_refused((int64_t)fd);
    }
}
