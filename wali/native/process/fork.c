/* The guest as the kernel's process: what a fork resets, and how /proc shows it. */
#define _GNU_SOURCE
#include "wali/native/process/fork.h"

#include "wali/native/base/fork_lock.h"
#include "wali/native/base/fork_section.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/internals/library_pages.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/memory/memory.h"
#include "wali/native/process/spawn.h"
#include "wali/native/seccomp/filters.h"
#include "wali/native/signals/actions.h"
#include "wali/native/thread/stop_threads.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h> /* glibc 2.35 */
#endif

struct wali_program wali_program;

/* In the order in which they nest; the C library's own come last. */
static struct fork_lock *const fork_locks[] = {&threads_lock, &seccomp_lock, &thread_list_lock, &actions_lock,
                                               &wali_memory_lock};
#define FORK_LOCKS (sizeof fork_locks / sizeof fork_locks[0])

FORK_TEXT void wali_fork_prepare(void)
{
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_hold(fork_locks[i]);
    }
    thread_list_await_ends();
    library_pages_before_fork();
}

uint32_t wali_fork_lend(void)
{
    const uint32_t loan = fork_loan_new();
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_lend(fork_locks[i], loan);
    }
    return loan;
}

FORK_TEXT void wali_fork_parent(uint32_t loan)
{
    for (size_t i = FORK_LOCKS; i-- > 0;) {
        if (loan != 0) {
            fork_lock_end_loan(fork_locks[i], loan);
        } else {
            fork_lock_release(fork_locks[i]);
        }
    }
}

/* Whatever the kernel does not copy to a child, or takes back (fork(2)). */
FORK_TEXT void wali_fork_child(void)
{
    for (size_t i = 0; i < FORK_LOCKS; i++) {
        fork_lock_reset(fork_locks[i]);
    }
    thread_list_fork_child(wali_self);
    stop_threads_fork_child(wali_self);
    wali_memory_fork_child();
    threads_fork_child();
    seccomp_fork_child(wali_self);
    path_origin_fork_child();
    wali_self->clear_child_tid = 0;
    wali_self->robust_list = 0;
    signals_fork_child(wali_self);
}

/* The kernel writes to a registered area after every fork, in the parent and in
 * the child, and each time a page is copied for that.  libc registers one for
 * sched_getcpu(3), which nobody here calls and which does without as well. */
void proc_view_leave_rseq(void)
{
#if __has_include(<sys/rseq.h>)
    enum { REGISTERED_SIZE = 32 }; /* of glibc 2.35 and later; another is refused, and all stays as it was */
    char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
    if (__rseq_size != 0) {
        KERNEL(rseq, area, REGISTERED_SIZE, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
    }
#endif
}

/* The runtime's own descriptors stay out of the guest's way: a program's first
 * open(2) gives 3, and 10 to 255 are what shells like. */
int64_t wali_private_fd(int fd)
{
    struct rlimit limit;
    uint64_t lowest = 10;
    if (KERNEL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur > 64) {
        lowest = limit.rlim_cur > 1024 ? 1000 : limit.rlim_cur - 16;
    }
    return KERNEL(fcntl, fd, F_DUPFD_CLOEXEC, lowest);
}

const char *settings_launcher(void)
{
    return wali_process.config->launcher != NULL ? wali_process.config->launcher : wali_program.host_path;
}

/* The fields of /proc/self/stat (proc_pid_stat(5)) that PR_SET_MM_MAP sets
 * together, numbered as there. */
enum {
    STARTCODE = 26,
    ENDCODE,
    STARTSTACK,
    START_DATA = 45,
    END_DATA,
    START_BRK,
    ARG_START,
    ARG_END,
    ENV_START,
    ENV_END
};

static bool read_stat(uint64_t field[ENV_END + 1])
{
    char text[1024];
    int64_t fd = KERNEL(open, "/proc/self/stat", O_RDONLY | O_CLOEXEC, 0);
    int64_t n = fd < 0 ? -1 : KERNEL(read, fd, text, sizeof text - 1);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    if (n <= 0) {
        return false;
    }
    text[n] = '\0';
    char *at = strrchr(text, ')'); /* the name, field 2, may hold anything */
    for (int i = 3; at != NULL && i <= ENV_END; i++) {
        at = strchr(at + 1, ' ');
        field[i] = at == NULL ? 0 : strtoull(at + 1, NULL, 10);
    }
    return at != NULL;
}

/* The arguments as one block, as the kernel lays them out; where they are one
 * already, that. */
static char *argument_block(const wali_config *config, size_t *size)
{
    bool contiguous = true;
    *size = 0;
    for (int i = 0; i < config->argc; i++) {
        size_t length = strlen(config->argv[i]) + 1;
        *size += length;
        contiguous = contiguous && (i + 1 == config->argc || config->argv[i] + length == config->argv[i + 1]);
    }
    if (contiguous) {
        return (char *)(uintptr_t)config->argv[0];
    }
    char *block = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) {
        return NULL;
    }
    char *to = block;
    for (int i = 0; i < config->argc; i++) {
        to = stpcpy(to, config->argv[i]) + 1;
    }
    return block;
}

/* What /proc shows of the process's memory. */
static struct prctl_mm_map shown;

static bool show(struct prctl_mm_map map)
{
    map.brk = (uint64_t)KERNEL(brk, 0);
    return KERNEL(prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) == 0;
}

/* /proc/<pid>/cmdline is memory of the process, and where it lies can be told to
 * the kernel (PR_SET_MM(2const); PR_SET_MM_MAP needs no privilege).  A kernel
 * that cannot shows the runtime's own command line. */
static void show_arguments(const wali_config *config)
{
    uint64_t field[ENV_END + 1];
    size_t size;
    char *block = config->argc > 0 ? argument_block(config, &size) : NULL;
    if (!read_stat(field)) {
        return;
    }
    shown = (struct prctl_mm_map){
        .start_code = field[STARTCODE],
        .end_code = field[ENDCODE],
        .start_data = field[START_DATA],
        .end_data = field[END_DATA],
        .start_brk = field[START_BRK],
        .start_stack = field[STARTSTACK],
        .arg_start = block != NULL ? (uintptr_t)block : field[ARG_START],
        .arg_end = block != NULL ? (uintptr_t)block + size : field[ARG_END],
        .env_start = field[ENV_START],
        .env_end = field[ENV_END],
        .exe_fd = UINT32_MAX,
    };
    show(shown);
}

bool proc_view_set_environment(const char *text, size_t length)
{
    struct prctl_mm_map map = shown;
    if (text != NULL) {
        map.env_start = (uintptr_t)text;
        map.env_end = (uintptr_t)text + length;
    }
    return show(map);
}

bool proc_view_set_strings(uintptr_t arguments, uintptr_t environment, uintptr_t end)
{
    struct prctl_mm_map map = shown;
    if (map.start_code == 0) { /* /proc could not be read at the start */
        return false;
    }
    map.arg_start = arguments;
    map.arg_end = map.env_start = environment;
    map.env_end = end;
    return show(map);
}

/* ps(1) and top(1) show the program, not the runtime. */
static void show_name(const wali_config *config)
{
    const char *name = config->name;
    if (name == NULL) {
        name = config->module_fd < 0 ? config->module_path : wali_program.path;
    }
    const char *slash = strrchr(name, '/');
    KERNEL(prctl, PR_SET_NAME, slash == NULL ? name : slash + 1, 0, 0, 0);
}

/* What /proc/self/exe would say of a file. */
static void resolve(const char *path, char *resolved)
{
    char link[40];
    int64_t fd = KERNEL(open, path, O_PATH | O_CLOEXEC, 0);
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)fd);
    int64_t n = fd < 0 ? -1 : KERNEL(readlink, link, resolved, PATH_MAX - 1);
    resolved[n < 0 ? 0 : n] = '\0';
    if (fd >= 0) {
        KERNEL(close, fd);
    }
}

void proc_view_begin(const wali_config *config)
{
    struct stat host;
    const int ours[] = {config->trace_fd, config->stats_fd};
    for (size_t i = 0; i < 2; i++) {
        if (ours[i] >= 0) { /* execve handed them on; native programs do not get them */
            KERNEL(fcntl, ours[i], F_SETFD, FD_CLOEXEC);
        }
    }
    resolve(config->module_path, wali_program.path);
    if (config->module_fd >= 0) {
        KERNEL(close, config->module_fd);
    }
    int64_t n = KERNEL(readlink, "/proc/self/exe", wali_program.host_path, PATH_MAX - 1);
    wali_program.host_length = n < 0 ? 0 : (size_t)n;
    if (KERNEL(stat, "/proc/self/exe", &host) == 0) {
        wali_program.host_device = host.st_dev;
        wali_program.host_inode = host.st_ino;
    }
    show_name(config);
    show_arguments(config);
}

/* The process that a folder of /proc is about: /proc/<pid> or one of its
 * threads.  0 if it is no such folder. */
static int64_t process_of(int64_t folder)
{
    char link[40], path[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)folder);
    int64_t n = KERNEL(readlink, link, path, sizeof path - 1);
    if (n <= 0) {
        return 0;
    }
    path[n] = '\0';
    long pid = 0;
    int used = 0;
    if (sscanf(path, "/proc/%ld%n", &pid, &used) != 1 ||
        (path[used] != '\0' && strncmp(path + used, "/task/", 6) != 0)) {
        return 0;
    }
    return pid;
}

bool path_is_own_exe(int dirfd, const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (strcmp(slash == NULL ? path : slash + 1, "exe") != 0) {
        return false;
    }
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length == 0) {
        strcpy(folder, slash == NULL ? "." : "/");
    } else {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    int64_t fd = KERNEL(openat, dirfd, folder, O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) { /* with no descriptor left, at least the usual spelling is known */
        return (fd == -EMFILE || fd == -ENFILE) && strcmp(folder, "/proc/self") == 0;
    }
    bool own = process_of(fd) == KERNEL(getpid);
    KERNEL(close, fd);
    return own;
}
