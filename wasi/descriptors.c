/* A number's slot points to a descriptor.  Neither ever moves, and the memory of a descriptor is
 * only used for descriptors, so both are read without a lock: a call counts itself in as a user,
 * and then sees whether the slot still points there. */
#define _GNU_SOURCE
#include "wasi/descriptors.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/kernel.h"
#include "wasi/errors.h"
#include "wasi/machine.h"
#include "wasi/preview1.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Slots come in blocks: the first has FIRST_SLOTS, and each further one as many as all before it. */
#define FIRST_SLOTS DESCRIPTOR_FIRST_SLOTS
#define BLOCKS 15
#define MOST_NUMBERS (FIRST_SLOTS << (BLOCKS - 1))
#define DESCRIPTORS_AT_ONCE 32

descriptor_slot_t descriptor_first_slots[FIRST_SLOTS];
static _Atomic(descriptor_slot_t *) blocks[BLOCKS] = {descriptor_first_slots};

/* Guards all that changes: slots, the lists of free ones, rights.  A guest of WASI does not fork. */
static struct fork_lock lock;
static struct descriptor *free_descriptors;
static uint32_t lowest_free;                 /* all numbers below are taken */
static uint64_t reserved[MOST_NUMBERS / 64]; /* a bit for each number that is kept from descriptors */

#define FOLDER_RIGHTS                                                                                        \
    (RIGHT_FD_DATASYNC | RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_SYNC | RIGHT_PATH_CREATE_DIRECTORY |           \
     RIGHT_PATH_CREATE_FILE | RIGHT_PATH_LINK_SOURCE | RIGHT_PATH_LINK_TARGET | RIGHT_PATH_OPEN |            \
     RIGHT_FD_READDIR | RIGHT_PATH_READLINK | RIGHT_PATH_RENAME_SOURCE | RIGHT_PATH_RENAME_TARGET |          \
     RIGHT_PATH_FILESTAT_GET | RIGHT_PATH_FILESTAT_SET_SIZE | RIGHT_PATH_FILESTAT_SET_TIMES |                \
     RIGHT_FD_FILESTAT_GET | RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_PATH_SYMLINK |                              \
     RIGHT_PATH_REMOVE_DIRECTORY | RIGHT_PATH_UNLINK_FILE)
#define STREAM_RIGHTS                                                                                        \
    (RIGHT_FD_DATASYNC | RIGHT_FD_READ | RIGHT_FD_FDSTAT_SET_FLAGS | RIGHT_FD_SYNC | RIGHT_FD_WRITE |        \
     RIGHT_FD_FILESTAT_GET | RIGHT_FD_FILESTAT_SET_TIMES | RIGHT_POLL_FD_READWRITE)
#define SEEKING_RIGHTS (RIGHT_FD_SEEK | RIGHT_FD_TELL)
#define FILE_RIGHTS                                                                                          \
    (STREAM_RIGHTS | SEEKING_RIGHTS | RIGHT_FD_ADVISE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE)
#define SOCKET_RIGHTS (STREAM_RIGHTS | RIGHT_SOCK_SHUTDOWN | RIGHT_SOCK_ACCEPT)
#define ALL_RIGHTS (FOLDER_RIGHTS | FILE_RIGHTS | SOCKET_RIGHTS)

uint8_t file_type(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return TYPE_BLOCK_DEVICE;
    case S_IFCHR:
        return TYPE_CHARACTER_DEVICE;
    case S_IFDIR:
        return TYPE_DIRECTORY;
    case S_IFREG:
        return TYPE_REGULAR_FILE;
    case S_IFSOCK:
        return TYPE_SOCKET_STREAM;
    case S_IFLNK:
        return TYPE_SYMBOLIC_LINK;
    default:
        return TYPE_UNKNOWN;
    }
}

/* SOCK_STREAM or another; 0 of what is no socket. */
static int socket_type(int host, const struct stat *st)
{
    int type = 0;
    socklen_t size = sizeof type;
    return S_ISSOCK(st->st_mode) && KERNEL(getsockopt, host, SOL_SOCKET, SO_TYPE, &type, &size) == 0 ? type
                                                                                                     : 0;
}

/* The rights that a file of this type can have.  A guest's libc takes a character device for a
 * terminal if it has no right to seek. */
static uint64_t possible_rights(uint8_t type, int host)
{
    switch (type) {
    case TYPE_DIRECTORY:
        return FOLDER_RIGHTS;
    case TYPE_REGULAR_FILE:
    case TYPE_BLOCK_DEVICE:
        return FILE_RIGHTS;
    case TYPE_SOCKET_DATAGRAM:
    case TYPE_SOCKET_STREAM:
        return SOCKET_RIGHTS;
    case TYPE_CHARACTER_DEVICE:
        return STREAM_RIGHTS | (KERNEL(lseek, host, 0, SEEK_CUR) >= 0 ? SEEKING_RIGHTS : 0);
    default:
        return STREAM_RIGHTS;
    }
}

static uint32_t block_of(uint32_t fd)
{
    return fd < FIRST_SLOTS ? 0 : (uint32_t)(32 - __builtin_clz(fd / FIRST_SLOTS));
}

/* NULL if the number is above all that were ever given out. */
static descriptor_slot_t *slot_of(uint32_t fd)
{
    if (fd >= MOST_NUMBERS) {
        return NULL;
    }
    const uint32_t block = block_of(fd);
    descriptor_slot_t *const slots = atomic_load_explicit(&blocks[block], memory_order_acquire);
    return slots == NULL ? NULL : slots + (block == 0 ? fd : fd - (FIRST_SLOTS << (block - 1)));
}

static bool is_reserved(uint32_t fd)
{
    return (reserved[fd / 64] >> fd % 64 & 1) != 0;
}

/* The lowest free number, which is taken by what the caller does next: that, or -errno.  With the lock held.
 */
static int64_t take_number(void)
{
    while (lowest_free < MOST_NUMBERS) {
        descriptor_slot_t *const slot = slot_of(lowest_free);
        if (slot == NULL) {
            const uint32_t block = block_of(lowest_free);
            descriptor_slot_t *const slots = calloc(FIRST_SLOTS << (block - 1), sizeof *slots);
            if (slots == NULL) {
                return -ENOMEM;
            }
            atomic_store_explicit(&blocks[block], slots, memory_order_release);
        } else if (atomic_load(slot) == NULL && !is_reserved(lowest_free)) {
            return lowest_free++;
        } else {
            lowest_free++;
        }
    }
    return -EMFILE;
}

/* The lowest free slot, which takes the descriptor: its number, or -errno.  With the lock held. */
static int64_t put(struct descriptor *descriptor)
{
    const int64_t fd = take_number();
    if (fd >= 0) {
        atomic_store(slot_of((uint32_t)fd), descriptor);
    }
    return fd;
}

/* A descriptor from the list of free ones, or NULL.  With the lock held. */
static struct descriptor *take_free(void)
{
    if (free_descriptors == NULL) {
        struct descriptor *const more = calloc(DESCRIPTORS_AT_ONCE, sizeof *more);
        for (size_t i = 0; more != NULL && i < DESCRIPTORS_AT_ONCE; i++) {
            more[i].next_free = free_descriptors;
            free_descriptors = &more[i];
        }
    }
    struct descriptor *const taken = free_descriptors;
    if (taken != NULL) {
        free_descriptors = taken->next_free;
    }
    return taken;
}

/* A folder as standard input is none that paths begin in: nobody has given it by an option. */
static void make(struct descriptor *descriptor, const struct descriptor_plan *plan, const struct stat *st)
{
    const bool is_no_origin = plan->is_standard && S_ISDIR(st->st_mode);
    const int socket = socket_type(plan->host, st);
    const uint8_t type = is_no_origin           ? TYPE_UNKNOWN
                         : socket == SOCK_DGRAM ? TYPE_SOCKET_DATAGRAM
                                                : file_type(st->st_mode);
    descriptor->host = plan->host;
    descriptor->type = type;
    descriptor->is_standard = plan->is_standard;
    descriptor->has_messages = socket != 0 && socket != SOCK_STREAM;
    descriptor->is_confined = plan->is_confined;
    descriptor->hides_writing = plan->hides_writing;
    descriptor->is_root_too = plan->is_root_too;
    descriptor->precedes = plan->precedes;
    descriptor->opened = plan->opened;
    atomic_store(&descriptor->shut, 0);
    atomic_store(&descriptor->awaits, 0);
    atomic_store(&descriptor->flags, plan->flags);
    atomic_store(&descriptor->base, plan->base & possible_rights(type, plan->host) & ~plan->lost);
    atomic_store(&descriptor->inheriting,
                 type == TYPE_DIRECTORY ? plan->inheriting & (FOLDER_RIGHTS | FILE_RIGHTS) & ~plan->lost : 0);
    atomic_store(&descriptor->lost, plan->lost);
    atomic_store(&descriptor->lost_inheriting, plan->lost);
    atomic_store(&descriptor->users, 1);
}

/* Makes the host's standard input or output /dev/null: whoever reads or writes the other end sees it end.
 * Where no descriptor is left, standard error serves, for no descriptor of the guest's leads there any more.
 */
static void turn_to_null(int host)
{
    const int64_t null = KERNEL(open, "/dev/null", O_RDWR | O_CLOEXEC, 0);
    KERNEL(dup3, null >= 0 ? null : STDERR_FILENO, host, 0);
    if (null >= 0) {
        KERNEL(close, null);
    }
}

/* The host's 0 to 2 are never free, else a file of the guest's could come to be where the runtime
 * writes its messages.  Its standard error stays open for those. */
static int64_t close_host(int host)
{
    if (host > STDERR_FILENO) {
        const int64_t result = KERNEL(close, host);
        return result == -EINTR ? 0 : result; /* it is closed even so (close(2)) */
    }
    if (host != STDERR_FILENO) {
        turn_to_null(host);
    }
    return 0;
}

int64_t descriptor_leave(struct descriptor *descriptor)
{
    if (atomic_fetch_sub(&descriptor->users, 1) != 1) {
        return 0;
    }
    const int64_t result = close_host(descriptor->host);
    folder_positions_drop(&descriptor->positions);
    fork_lock_acquire(&lock);
    descriptor->next_free = free_descriptors;
    free_descriptors = descriptor;
    fork_lock_release(&lock);
    return result;
}

int64_t descriptor_new(const struct descriptor_plan *plan, const struct stat *st)
{
    fork_lock_acquire(&lock);
    struct descriptor *const descriptor = take_free();
    int64_t result = -ENOMEM;
    if (descriptor != NULL) {
        make(descriptor, plan, st);
        result = put(descriptor);
    }
    fork_lock_release(&lock);
    if (descriptor == NULL) {
        KERNEL(close, plan->host);
    } else if (result < 0) {
        descriptor_leave(
            descriptor); /* a call that looks at the number it had before may be a user meanwhile */
    }
    return result;
}

struct descriptor *descriptor_make(const struct descriptor_plan *plan, const struct stat *st)
{
    fork_lock_acquire(&lock);
    struct descriptor *const descriptor = take_free();
    fork_lock_release(&lock);
    if (descriptor == NULL) {
        KERNEL(close, plan->host);
    } else {
        make(descriptor, plan, st);
    }
    return descriptor;
}

struct descriptor *descriptor_find(uint32_t fd)
{
    descriptor_slot_t *const slot = slot_of(fd);
    struct descriptor *found;
    while (slot != NULL && (found = atomic_load(slot)) != NULL) {
        unsigned users = atomic_load(&found->users);
        while (users != 0 && !atomic_compare_exchange_weak(&found->users, &users, users + 1)) {
        }
        if (users != 0) {
            if (atomic_load(slot) == found) {
                return found;
            }
            descriptor_leave(found); /* it had been closed, and may be another number's by now */
        }
    }
    return NULL;
}

int64_t descriptor_get_keeping(uint32_t fd, uint64_t rights, struct descriptor **descriptor)
{
    struct descriptor *const found = descriptor_get(fd);
    if (found == NULL) {
        return -EBADF;
    }
    if (!descriptor_keeps(found, rights)) {
        descriptor_release(found);
        return WASI_ERROR(WASI_NOTCAPABLE);
    }
    *descriptor = found;
    return 0;
}

/* Empties a slot, with the lock held. */
static struct descriptor *take_out(descriptor_slot_t *slot, uint32_t fd)
{
    struct descriptor *const descriptor = slot == NULL ? NULL : atomic_load(slot);
    if (descriptor != NULL) {
        atomic_store(slot, NULL);
        lowest_free = fd < lowest_free ? fd : lowest_free;
    }
    return descriptor;
}

int64_t descriptor_close(uint32_t fd)
{
    fork_lock_acquire(&lock);
    struct descriptor *const descriptor = take_out(slot_of(fd), fd);
    fork_lock_release(&lock);
    return descriptor == NULL ? -EBADF : descriptor_leave(descriptor);
}

int64_t descriptor_reserve(void)
{
    fork_lock_acquire(&lock);
    const int64_t fd = take_number();
    if (fd >= 0) {
        reserved[fd / 64] |= UINT64_C(1) << fd % 64;
    }
    fork_lock_release(&lock);
    return fd;
}

int64_t descriptor_unreserve(uint32_t fd)
{
    fork_lock_acquire(&lock);
    const bool was_reserved = fd < MOST_NUMBERS && is_reserved(fd);
    if (was_reserved) {
        reserved[fd / 64] &= ~(UINT64_C(1) << fd % 64);
        lowest_free = fd < lowest_free ? fd : lowest_free;
    }
    fork_lock_release(&lock);
    return was_reserved ? 0 : -EBADF;
}

int64_t descriptor_renumber(uint32_t from, uint32_t to)
{
    descriptor_slot_t *const old = slot_of(from);
    descriptor_slot_t *const new = slot_of(to);
    struct descriptor *closed = NULL;
    fork_lock_acquire(&lock);
    const bool are_open = old != NULL && new != NULL && atomic_load(old) != NULL && atomic_load(new) != NULL;
    if (are_open && from != to) {
        closed = atomic_load(new);
        atomic_store(new, take_out(old, from));
    }
    fork_lock_release(&lock);
    if (closed != NULL) {
        descriptor_release(closed);
    }
    return are_open ? 0 : -EBADF;
}

int64_t descriptor_shrink(struct descriptor *descriptor, uint64_t base, uint64_t inheriting)
{
    fork_lock_acquire(&lock);
    const uint64_t had = atomic_load(&descriptor->base);
    const uint64_t had_inheriting = atomic_load(&descriptor->inheriting);
    const bool has_all = (base & ~had) == 0 && (inheriting & ~had_inheriting) == 0;
    if (has_all) {
        atomic_store(&descriptor->base, base);
        atomic_store(&descriptor->inheriting, inheriting);
        if (base != had || inheriting != had_inheriting) {
            atomic_fetch_or(&descriptor->lost, ~base);
            atomic_fetch_or(&descriptor->lost_inheriting, ~inheriting);
        }
    }
    fork_lock_release(&lock);
    return has_all ? 0 : WASI_ERROR(WASI_NOTCAPABLE);
}

/* With the lock held, so that the flags that are told are the file's. */
static int64_t set_flags(struct descriptor *descriptor, uint32_t flags)
{
    const uint32_t changed = flags ^ descriptor->flags;
    if ((changed & ~(uint32_t)(FLAG_APPEND | FLAG_NONBLOCK)) != 0) {
        return -EINVAL;
    }
    const int64_t status = KERNEL(fcntl, descriptor->host, F_GETFL);
    if (status < 0) {
        return status;
    }
    const int64_t wanted = (status & ~(int64_t)(O_APPEND | O_NONBLOCK)) |
                           ((flags & FLAG_APPEND) != 0 ? O_APPEND : 0) |
                           ((flags & FLAG_NONBLOCK) != 0 ? O_NONBLOCK : 0);
    const int64_t result = KERNEL(fcntl, descriptor->host, F_SETFL, wanted);
    if (result == 0) {
        descriptor->flags = flags;
    }
    return result;
}

int64_t descriptor_set_flags(struct descriptor *descriptor, uint32_t flags)
{
    if (descriptor->is_standard) {
        return -EBADF;
    }
    fork_lock_acquire(&lock);
    const int64_t result = set_flags(descriptor, flags);
    fork_lock_release(&lock);
    return result;
}

static uint32_t flags_of(int64_t status)
{
    return ((status & O_APPEND) != 0 ? FLAG_APPEND : 0) | ((status & O_NONBLOCK) != 0 ? FLAG_NONBLOCK : 0) |
           ((status & O_SYNC) == O_SYNC ? FLAG_SYNC
            : (status & O_DSYNC) != 0   ? FLAG_DSYNC
                                        : 0);
}

/* What has FD_CLOEXEC was not inherited: a number was free, and something of the runtime's got it. */
static bool is_inherited(int host, struct stat *st)
{
    const int64_t flags = KERNEL(fcntl, host, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) == 0 && KERNEL(fstat, host, st) == 0;
}

/* Standard input can be read, and standard output and error written, and no more, whatever the
 * descriptor allows: a terminal is open for both, and what stands before the end of a log is not the
 * guest's. A socket there is a conversation (inetd(8)). */
static uint64_t foreign_rights(int number, const struct stat *st)
{
    if (S_ISSOCK(st->st_mode)) {
        return 0;
    }
    return (number == STDIN_FILENO ? RIGHT_FD_WRITE : RIGHT_FD_READ) | RIGHT_FD_ALLOCATE |
           RIGHT_FD_FILESTAT_SET_SIZE | RIGHT_FD_FILESTAT_SET_TIMES;
}

static void add_standard(int number)
{
    struct stat st;
    int64_t host = number;
    if (!is_inherited(number, &st)) {
        host = KERNEL(open, "/dev/null", O_RDWR, 0); /* takes the number, if it is free */
        if (host < 0 || KERNEL(fstat, host, &st) < 0) {
            KERNEL(open, "/", O_PATH, 0); /* and then this does; the guest has none */
            return;
        }
    }
    const struct descriptor_plan plan = {
        .host = (int)host,
        .base = ALL_RIGHTS,
        .lost = foreign_rights(number, &st),
        .flags = flags_of(KERNEL(fcntl, host, F_GETFL)),
        .is_standard = true,
        .is_confined = true,
    };
    descriptor_new(&plan, &st);
}

/* A line about what an option names. */
static const char *why_not(const char *option, const char *what, int64_t result)
{
    static char text[PATH_MAX + 128];
    snprintf(text, sizeof text, "%s%s: %s", option, what, strerror((int)-result));
    return text;
}

static bool is_root(const struct stat *st)
{
    struct stat root;
    return KERNEL(stat, "/", &root) == 0 && root.st_dev == st->st_dev && root.st_ino == st->st_ino;
}

/* A folder that can be searched and not read is one, too: it has no list of its files. */
static int64_t open_folder(const char *host)
{
    const int64_t fd = KERNEL(open, host, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    return fd == -EACCES ? KERNEL(open, host, O_PATH | O_DIRECTORY | O_CLOEXEC, 0) : fd;
}

/* A folder with its name: confined, but as the root itself; or the whole machine's. */
enum extent { OF_A_FOLDER, OF_THE_MACHINE, OF_THE_MACHINE_AND_ITS_ROOT };

/* 0 or -errno. */
static int64_t preopen(const char *host, const char *name, enum extent extent)
{
    struct stat st;
    const int64_t fd = open_folder(host);
    int64_t result = fd < 0 ? fd : KERNEL(fstat, fd, &st);
    if (result == 0) {
        const struct descriptor_plan plan = {
            .host = (int)fd,
            .base = ALL_RIGHTS,
            .inheriting = ALL_RIGHTS,
            .is_confined = extent == OF_A_FOLDER && !(strcmp(name, "/") == 0 && is_root(&st)),
            .is_root_too = extent == OF_THE_MACHINE_AND_ITS_ROOT,
            .opened = name,
        };
        result = descriptor_new(&plan, &st);
    }
    return result < 0 ? result : 0;
}

/* Other runtimes part the two names by one colon. */
static const char *why_no_folder(const char *folder, int64_t result)
{
    const bool has_colon = strchr(folder, ':') != NULL && strstr(folder, "::") == NULL;
    const char *const failure = why_not("--dir ", folder, result);
    static char text[PATH_MAX + 256];
    snprintf(text, sizeof text, "%s; another name for a folder is written HOST::GUEST", failure);
    return has_colon ? text : failure;
}

/* HOST or HOST::GUEST, of which the last "::" counts. */
static const char *preopen_folder(const char *folder)
{
    char host[PATH_MAX];
    size_t length = strlen(folder);
    const char *name = folder;
    for (size_t i = length; i-- > 0 && name == folder;) {
        if (folder[i] == ':' && folder[i + 1] == ':') {
            length = i;
            name = folder + i + 2;
        }
    }
    int64_t result = -ENAMETOOLONG;
    if (length < sizeof host) {
        memcpy(host, folder, length);
        host[length] = '\0';
        result = preopen(host, name, OF_A_FOLDER);
    }
    return result < 0 ? why_no_folder(folder, result) : NULL;
}

static const char *preopen_socket(int host, bool precedes)
{
    struct stat st;
    int64_t result = KERNEL(fstat, host, &st);
    if (result == 0) {
        const struct descriptor_plan plan = {
            .host = host,
            .base = ALL_RIGHTS,
            .flags = flags_of(KERNEL(fcntl, host, F_GETFL)),
            .precedes = precedes,
        };
        result = descriptor_new(&plan, &st);
    }
    return result < 0 ? why_not("a listening socket", "", result) : NULL;
}

/* The current folder is the first, which some take for it, and the last, which others do
 * (wasi/machine.c).  A folder of the root that cannot be opened is none. */
static const char *preopen_machine(void)
{
    const char **const folders = machine_folders();
    int64_t result = folders == NULL ? -ENOMEM : preopen(".", ".", OF_THE_MACHINE);
    if (result == 0) {
        result = preopen("/", "/", OF_THE_MACHINE);
    }
    for (size_t i = 0; result == 0 && folders[i] != NULL; i++) {
        preopen(folders[i], folders[i], OF_THE_MACHINE);
    }
    free(folders);
    if (result == 0) {
        result = preopen(".", ".", OF_THE_MACHINE_AND_ITS_ROOT);
    }
    return result < 0 ? why_not("--host", "", result) : NULL;
}

/* A write that nobody reads is an error, for there are no signals in this interface. */
const char *descriptors_begin(const wali_config *config)
{
    const char *failure = NULL;
    const bool has_folders = config->host != 0 || config->dir_count > 0;
    signal(SIGPIPE, SIG_IGN);
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; number++) {
        add_standard(number);
    }
    for (int i = 0; i < config->listener_count && failure == NULL; i++) {
        failure = preopen_socket(config->listener[i], has_folders);
    }
    if (failure == NULL && config->host != 0) {
        failure = preopen_machine();
    }
    for (int i = 0; i < config->dir_count && failure == NULL; i++) {
        failure = preopen_folder(config->dir[i]);
    }
    return failure;
}
