/* Reading folders.  Cookie 0 begins anew; folder_positions.h has what the others are. */
#define _GNU_SOURCE
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES 16384  /* bytes that are read at once */
#define ENTRY_ROOM 512 /* the largest entry has less */

/* The entry of getdents64(2). */
struct kernel_entry {
    uint64_t inode;
    int64_t next; /* the position behind it */
    uint16_t length;
    uint8_t type;
    char name[];
};

/* A listing that is being made. */
struct listing {
    struct descriptor *folder;
    uint64_t cookie; /* of the next entry */
    uint64_t wanted; /* entries before this cookie are counted only */
    struct wasi_list buffer;
    uint32_t used;
};

/* Goes to the entry of a cookie, or to the last one before it that is known. */
static int64_t go_to(struct listing *listing)
{
    struct folder_positions *const positions = &listing->folder->positions;
    int64_t offset;
    if (listing->wanted == 0) {
        folder_positions_restart(positions);
    }
    listing->cookie = folder_positions_find(positions, listing->wanted, &offset);
    const int64_t result = KERNEL(lseek, listing->folder->host, offset, SEEK_SET);
    if (result == -EBADF) { /* an O_PATH descriptor: the folder may be searched, and not read */
        return -EACCES;
    }
    return result < 0 ? result : 0;
}

static uint8_t type_of(const struct listing *listing, const struct kernel_entry *entry)
{
    struct stat st;
    switch (entry->type) {
    case DT_UNKNOWN: /* of a file system that does not know it without the file */
        return KERNEL(newfstatat, listing->folder->host, entry->name, &st, AT_SYMLINK_NOFOLLOW) == 0
                   ? file_type(st.st_mode)
                   : TYPE_UNKNOWN;
    default:
        return file_type((mode_t)DTTOIF(entry->type));
    }
}

/* Writes what the buffer has room for: the last entry may be cut. */
static bool write_entry(struct listing *listing, const struct kernel_entry *entry)
{
    struct {
        struct wasi_dirent head;
        char name[NAME_MAX + 1];
    } answer = {.head = {.next = listing->cookie + 1, .inode = entry->inode}};
    const size_t length = strnlen(entry->name, NAME_MAX);
    const uint32_t room = listing->buffer.count - listing->used;
    const uint32_t whole = (uint32_t)(sizeof answer.head + length);
    const uint32_t size = whole < room ? whole : room;
    answer.head.name_length = (uint32_t)length;
    answer.head.type = type_of(listing, entry);
    memcpy(answer.name, entry->name, length);
    if (!wasi_copy_out(listing->buffer.at + listing->used, &answer, size)) {
        return false;
    }
    listing->used += size;
    return true;
}

/* Lists entries until the buffer is full. */
static int64_t list_entries(struct listing *listing, const char *entries, int64_t bytes)
{
    for (int64_t at = 0; at < bytes && listing->used < listing->buffer.count;) {
        const struct kernel_entry *const entry = (const void *)(entries + at);
        if (listing->cookie >= listing->wanted && !write_entry(listing, entry)) {
            return -EFAULT;
        }
        const int64_t kept =
            folder_positions_keep(&listing->folder->positions, listing->cookie + 1, entry->next);
        if (kept < 0) {
            return kept;
        }
        listing->cookie++;
        at += entry->length;
    }
    return 0;
}

static int64_t list(struct listing *listing)
{
    _Alignas(struct kernel_entry) char entries[ENTRIES];
    int64_t result = go_to(listing);
    while (result == 0 && listing->used < listing->buffer.count) {
        const uint32_t left = listing->buffer.count - listing->used;
        /* An entry takes no more bytes from the kernel than in the guest: what has no room is read anew. */
        const uint32_t room = left < ENTRIES - ENTRY_ROOM ? left + ENTRY_ROOM : ENTRIES;
        const int64_t bytes = KERNEL(getdents64, listing->folder->host, entries, room);
        if (bytes <= 0) {
            return bytes;
        }
        result = list_entries(listing, entries, bytes);
    }
    return result;
}

static int64_t read_folder(struct listing *listing)
{
    if (listing->folder->type != TYPE_DIRECTORY) {
        return -ENOTDIR;
    }
    if (!descriptor_keeps(listing->folder, RIGHT_FD_READDIR)) {
        return WASI_ERROR(WASI_NOTCAPABLE);
    }
    fork_lock_acquire(&listing->folder->positions.lock);
    const int64_t result = list(listing);
    fork_lock_release(&listing->folder->positions.lock);
    return result;
}

int64_t preview1_fd_readdir(uint32_t fd, struct wasi_list buf, uint64_t cookie, uint32_t bufused)
{
    struct listing listing = {.folder = descriptor_get(fd), .wanted = cookie, .buffer = buf};
    if (listing.folder == NULL) {
        return -EBADF;
    }
    const int64_t result = read_folder(&listing);
    descriptor_release(listing.folder);
    return result < 0 ? result : wasi_answer_32(bufused, listing.used);
}
