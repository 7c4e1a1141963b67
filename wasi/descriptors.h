/* The guest's descriptors: its numbers, what they stand for, and what may be done with them.
 *
 * The guest never has a number of the host's.  A call takes the descriptor of a number and gives it
 * back at its end; one that is closed meanwhile stays open until then, as in the kernel.  No lock is
 * held while anything waits. */
#ifndef WALI_WASI_DESCRIPTORS_H
#define WALI_WASI_DESCRIPTORS_H

#include "wali/native/process/settings.h"
#include "wasi/folder_positions.h"
#include "wasi/guest_memory.h"
#include "wasi/walk.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>

struct descriptor {
    atomic_uint users; /* its number, and each call; 0: in the list of free ones */
    int host;
    uint8_t type;       /* enum wasi_file_type */
    bool is_standard;   /* standard input, output, error: its flags are the shell's, too */
    bool has_messages;  /* a socket of datagrams or the like, which are sent and received whole */
    bool is_confined;   /* a folder whose paths stay below it */
    bool hides_writing; /* a folder that hands on the right to write, but does not show it */
    bool is_root_too;   /* a name that is not there may be a file's of the root (wasi/machine.c) */
    bool precedes;      /* a listening socket, behind which preopened folders have their numbers */
    atomic_uchar shut;  /* of a connection, for preview2: the ways that have ended (enum shut_way) */
    atomic_short
        awaits;         /* of a socket of preview2: what its next step waits for, in poll(2)'s events; or 0 */
    atomic_uint flags;  /* fdflags */
    const char *opened; /* the name of a preopened folder, else NULL */
    /* Rights that fd_fdstat_get tells, and those that fd_fdstat_set_rights has taken away: all that it
     * was not given, told before or not.  Nothing that is opened through the descriptor gets them. */
    _Atomic uint64_t base;
    _Atomic uint64_t inheriting;
    _Atomic uint64_t lost;
    _Atomic uint64_t lost_inheriting;
    struct folder_positions positions;
    struct descriptor *next_free;
};

/* The kernel hands out what came before reading was shut, and takes a look at a connection that cannot be
 * written for no error. */
enum shut_way { SHUT_IN = 1, SHUT_OUT = 2 };

/* What a new descriptor is made of. */
struct descriptor_plan {
    int host;
    uint64_t base; /* what its kind of file knows of these */
    uint64_t inheriting;
    uint64_t lost; /* both of the lost ones */
    uint32_t flags;
    bool is_standard;
    bool is_confined;
    bool hides_writing;
    bool is_root_too;
    bool precedes;
    const char *opened; /* stays where it is */
};

/* Makes the table: standard input, output and error, of which closed ones become /dev/null; from 3 on
 * the listening sockets; with config->host the root of the machine and the current directory, as "/"
 * and "."; the folders.  NULL, or a line about the one that cannot be opened.  Called once, before
 * the guest starts. */
const char *descriptors_begin(const wali_config *config) __attribute__((visibility("hidden")));

typedef _Atomic(struct descriptor *) descriptor_slot_t;

/* The lowest numbers, which are most that are ever used, have their slots here. */
#define DESCRIPTOR_FIRST_SLOTS UINT32_C(64)
extern descriptor_slot_t descriptor_first_slots[DESCRIPTOR_FIRST_SLOTS] __attribute__((visibility("hidden")));

/* What follows, where several threads may use a descriptor. The last user closes the file, and gets what
 * close(2) has to tell. */
struct descriptor *descriptor_find(uint32_t fd) __attribute__((visibility("hidden")));
int64_t descriptor_leave(struct descriptor *descriptor) __attribute__((visibility("hidden")));

/* The descriptor of a number, for descriptor_release(); NULL if there is none.  Counting takes no locked
 * instruction while there is one thread: nothing else runs between the two accesses. */
static inline struct descriptor *descriptor_get(uint32_t fd)
{
    if (fd >= DESCRIPTOR_FIRST_SLOTS || !__libc_single_threaded) {
        return descriptor_find(fd);
    }
    struct descriptor *const found = atomic_load_explicit(&descriptor_first_slots[fd], memory_order_relaxed);
    if (found != NULL) {
        atomic_store_explicit(&found->users, atomic_load_explicit(&found->users, memory_order_relaxed) + 1,
                              memory_order_relaxed);
    }
    return found;
}

static inline void descriptor_release(struct descriptor *descriptor)
{
    const unsigned users = atomic_load_explicit(&descriptor->users, memory_order_relaxed);
    if (users > 1 && __libc_single_threaded) {
        atomic_store_explicit(&descriptor->users, users - 1, memory_order_relaxed);
    } else {
        descriptor_leave(descriptor);
    }
}

/* The same of a descriptor from which none of these rights has been taken away: 0, -EBADF, or
 * WASI_NOTCAPABLE. */
int64_t descriptor_get_keeping(uint32_t fd, uint64_t rights, struct descriptor **descriptor)
    __attribute__((visibility("hidden")));

/* Makes a descriptor under the lowest free number: that, or -errno.  *st is what fstat(2) says of the
 * host's descriptor, which is closed if that fails. */
int64_t descriptor_new(const struct descriptor_plan *plan, const struct stat *st)
    __attribute__((visibility("hidden")));

/* Makes a descriptor without a number, for descriptor_release(); NULL without memory.  *st as above. */
struct descriptor *descriptor_make(const struct descriptor_plan *plan, const struct stat *st)
    __attribute__((visibility("hidden")));

/* One more user of a descriptor that the caller uses. */
static inline struct descriptor *descriptor_hold(struct descriptor *descriptor)
{
    atomic_fetch_add_explicit(&descriptor->users, 1, memory_order_relaxed);
    return descriptor;
}

/* Closes a number: 0, or what close(2) has to tell. */
int64_t descriptor_close(uint32_t fd) __attribute__((visibility("hidden")));
/* Takes the lowest free number for no descriptor, so that none has it: that, or -errno; and gives it back: 0,
 * or -EBADF if it is not reserved. */
int64_t descriptor_reserve(void) __attribute__((visibility("hidden")));
int64_t descriptor_unreserve(uint32_t fd) __attribute__((visibility("hidden")));
/* Moves a descriptor to the number of another, which is closed. */
int64_t descriptor_renumber(uint32_t from, uint32_t to) __attribute__((visibility("hidden")));

/* Takes rights away: those that are not in the two sets, shown or not; none if both are as they
 * were.  WASI_NOTCAPABLE if one there is missing. */
int64_t descriptor_shrink(struct descriptor *descriptor, uint64_t base, uint64_t inheriting)
    __attribute__((visibility("hidden")));

/* Sets fdflags: 0, or -errno.  -EBADF of standard input, output and error, whose flags belong to whoever
 * has them open, too.  -EINVAL for a change of a synchronous mode, of which Linux changes none (fcntl(2)). */
int64_t descriptor_set_flags(struct descriptor *descriptor, uint32_t flags)
    __attribute__((visibility("hidden")));

/* Whether none of these rights has been taken away. */
static inline bool descriptor_keeps(const struct descriptor *descriptor, uint64_t rights)
{
    return (atomic_load_explicit(&descriptor->lost, memory_order_relaxed) & rights) == 0;
}

/* Whether the descriptor has all these rights. */
static inline bool descriptor_has(const struct descriptor *descriptor, uint64_t rights)
{
    return (atomic_load_explicit(&descriptor->base, memory_order_relaxed) & rights) == rights;
}

/* The kernel's vectors for a call on the descriptor: their count, or -errno.  What finds no room is left to
 * the guest's next call, but of a message, which is EMSGSIZE. */
static inline int64_t descriptor_vectors(const struct descriptor *descriptor, struct iovec *vectors,
                                         uint32_t room, struct wasi_list list)
{
    const int64_t count = wasi_vectors_in(vectors, room, list);
    const int64_t otherwise = descriptor->has_messages ? -EMSGSIZE : (int64_t)room;
    return count <= room ? count : otherwise;
}

/* Where the paths of a folder begin. */
static inline struct path_origin descriptor_origin(const struct descriptor *descriptor)
{
    return (struct path_origin){descriptor->host, descriptor->is_confined};
}

/* The type of a file by what stat(2) says of it; a socket's is that of a stream. */
uint8_t file_type(mode_t mode) __attribute__((visibility("hidden")));

#endif
