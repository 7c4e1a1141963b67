/* What the handlers that open files give to a guest, and what its other threads can get
 * hold of meanwhile.  Here /dev/null is a refused device, for every machine has that. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/open.h"
#include "syscalls/handlers/open_near.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/device_refused.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/files/path_origin.h"
#include "wali/native/process/environment.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define REFUSED makedev(1, 3)
#define FIRST 3
#define LAST 12
#define TIMES 3000

int environment_fd = -1;
struct wali_program wali_program;
static bool several;
static atomic_bool stop;
static atomic_int got;

bool is_refused_device(dev_t device)
{
    return device == REFUSED;
}

bool is_assigned_at_random(dev_t device)
{
    return device == 0;
}

/* Two threads are the guest's: the one that opens, and one that replaces descriptors. */
static struct wali_thread guests[2] = {{.next = &guests[1]}, {.next = NULL}};
__thread struct wali_thread *wali_self = &guests[0];

struct wali_thread *thread_list(void)
{
    return guests;
}

bool threads_are_several(void)
{
    return several;
}

bool path_is_own_exe(int dirfd, const char *path)
{
    (void)dirfd, (void)path;
    return false;
}

bool is_guest_program(int64_t fd, const struct stat *st)
{
    (void)fd, (void)st;
    return false;
}

bool names_guest_program(int dirfd, const char *path)
{
    (void)dirfd, (void)path;
    return false;
}

void environment_was_opened(const struct stat *opened)
{
    (void)opened;
}

int64_t wali_private_fd(int fd)
{
    return KERNEL(fcntl, fd, F_DUPFD_CLOEXEC, 500);
}

static void need(bool holds, const char *what)
{
    if (!holds) {
        puts(what);
        exit(1);
    }
}

static gaddr_t put(uint32_t at, const void *bytes, size_t length)
{
    memcpy(wali_base + at, bytes, length);
    return gaddr(at);
}

static int64_t open_as_guest(const char *path, int flags)
{
    return sys_open(put(4096, path, strlen(path) + 1), flags, 0600);
}

static void closed(int64_t fd, const char *what)
{
    need(fd >= 0, what);
    close((int)fd);
}

static void open_devices(void)
{
    need(chdir("/dev") == 0, "no /dev");
    need(open_as_guest("null", O_RDWR) == -EACCES, "null, from its folder");
    need(open_as_guest("/dev/null", O_RDONLY) == -EACCES, "/dev/null");
    need(open_as_guest("../dev/./null", O_RDONLY) == -EACCES, "/dev/null, from its folder");
    need(open_for_reading(AT_FDCWD, "null", O_RDONLY) == -EACCES, "null, looked into");
    closed(open_as_guest("zero", O_RDWR), "zero is nothing to refuse");
}

/* With the flags that were asked for, though perhaps opened with another (open_near.c). */
static void open_files(const char *folder)
{
    need(chdir(folder) == 0, "the folder is gone");
    unlink("new");
    closed(open_as_guest("new", O_CREAT | O_RDWR), "a new file");
    const int64_t fd = open_as_guest("new", O_CREAT | O_WRONLY | O_APPEND | O_TRUNC);
    need(fd >= 0 && (fcntl((int)fd, F_GETFL) & (O_DIRECT | O_APPEND)) == O_APPEND, "flags of a file");
    need(write((int)fd, "x", 1) == 1, "a file to write to");
    closed(fd, "a file");
    closed(open_as_guest(".", O_RDONLY), "a directory");
    need(open_as_guest(".", O_RDWR | O_CREAT) == -EISDIR, "a directory is not made");
    need(open_as_guest("none", O_RDWR) == -ENOENT, "no file");
    unlink("pipe");
    need(mkfifo("pipe", 0600) == 0, "a pipe");
    closed(open_as_guest("pipe", O_RDWR), "a pipe");
    unlink("dangling");
    unlink("target");
    need(symlink("target", "dangling") == 0, "a link");
    need(open_as_guest("dangling", O_RDWR | O_NOFOLLOW) == -ELOOP, "a link is not followed");
    closed(open_as_guest("dangling", O_CREAT | O_RDWR), "what a link leads to");
    need(access("target", F_OK) == 0, "what a link leads to is made");
}

static bool is_path_only(int fd)
{
    const int flags = fcntl(fd, F_GETFL);
    return flags < 0 || (flags & O_PATH) != 0;
}

static void *guess(void *unused)
{
    struct stat st;
    while (!stop) {
        for (int fd = FIRST; fd <= LAST; fd++) {
            if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == REFUSED) {
                const int copy = fcntl(fd, F_DUPFD, LAST + 1); /* of an O_PATH descriptor, too */
                if (fstat(copy, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == REFUSED &&
                    !is_path_only(copy)) {
                    atomic_fetch_add(&got, 1);
                }
                close(copy);
            }
        }
    }
    return unused;
}

/* Puts a refused device, held by O_PATH, in the place of whatever is being opened. */
static void *replace(void *unused)
{
    wali_self = &guests[1];
    const int device = (int)KERNEL(fcntl, open("device", O_PATH), F_DUPFD, LAST + 1);
    while (!stop) {
        for (int fd = FIRST; fd < FIRST + 3; fd++) {
            if (sys_dup2(device, fd) == fd) {
                sys_close(fd);
            }
        }
    }
    close(device);
    return unused;
}

/* "turning" is now a file, now a device. */
static void *turn(void *unused)
{
    while (!stop) {
        need(link("device", "next") == 0 && rename("next", "turning") == 0, "to a device");
        need(link("file", "next") == 0 && rename("next", "turning") == 0, "to a file");
    }
    return unused;
}

/* False if the file system has no handles, or this user may not open them. */
static bool put_handle(const char *path, gaddr_t *at)
{
    struct {
        struct file_handle head;
        char bytes[MAX_HANDLE_SZ];
    } handle = {.head = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount;
    if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount, 0) != 0) {
        return false;
    }
    *at = put(at->v, &handle, sizeof handle);
    const int fd = open_by_handle_at(AT_FDCWD, &handle.head, O_RDONLY);
    close(fd);
    return fd >= 0;
}

/* By itself, for nobody guesses fast enough each time. */
static void need_no_device_near(void)
{
    const struct open_how how = {.flags = O_RDWR};
    struct stat st;
    for (int i = 0; i < TIMES * 10; i++) {
        const int64_t fd = open_near("turning", &how, 0);
        if (fd >= 0) {
            need(fstat((int)fd, &st) == 0 && S_ISREG(st.st_mode), "a device, if only for a moment");
            close((int)fd);
        }
    }
}

static void open_while_guessed(void)
{
    pthread_t threads[2];
    int files = 0;
    gaddr_t of_device = gaddr(8192), of_file = gaddr(12288);
    const bool has_handles = put_handle("device", &of_device) && put_handle("file", &of_file);
    need(link("file", "turning") == 0, "turning");
    pthread_create(&threads[0], NULL, guess, NULL);
    pthread_create(&threads[1], NULL, turn, NULL);
    for (int i = 0; i < TIMES; i++) {
        const int64_t fd = open_as_guest("turning", O_RDWR);
        need(fd >= 0 || fd == -EACCES, "neither a file nor a device");
        if (fd >= 0) {
            files++;
            close((int)fd);
        }
        need(open_as_guest("device", O_RDWR) == -EACCES, "a device");
        if (has_handles) {
            need(sys_open_by_handle_at(AT_FDCWD, of_device, O_RDWR) == -EACCES, "a device, by its handle");
            closed(sys_open_by_handle_at(AT_FDCWD, of_file, O_RDWR), "a file, by its handle");
        }
    }
    need_no_device_near();
    stop = true;
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    need(files > 0, "never a file");
    need(got == 0, "a refused device, guessed");
}

/* With another thread of the guest's that does what it can to be given the device. */
static void open_while_replaced(void)
{
    pthread_t thread;
    struct stat st;
    int files = 0;
    stop = false;
    pthread_create(&thread, NULL, replace, NULL);
    for (int i = 0; i < TIMES * 10; i++) {
        const int64_t fd = open_as_guest("pipe", O_RDWR | O_NONBLOCK);
        files += fd >= 0;
        got += fd >= 0 && fstat((int)fd, &st) == 0 && S_ISCHR(st.st_mode) && !is_path_only((int)fd);
        close((int)fd);
    }
    stop = true;
    pthread_join(thread, NULL);
    need(files > 0, "never a file, with replacements");
    need(got == 0, "a refused device, put in the place of another file");
}

/* Only who may make devices has more of them than those in /dev. */
static bool make_device(void)
{
    close(open("file", O_CREAT | O_RDWR, 0600));
    if (mknod("device", S_IFCHR | 0600, REFUSED) != 0) {
        return false;
    }
    const int fd = open("device", O_RDWR);
    close(fd);
    return fd >= 0;
}

/* Where the kernel refuses to end the sharing of places, a guest that shares them becomes no
 * other, and knows nothing of them. */
static void share_without_unshare(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {4, code};
    int status;
    const pid_t child = fork();
    if (child == 0) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, 2, &program) != 0) {
            _exit(2);
        }
        const bool may_execute = path_origin_unshare();
        path_origin_share();
        path_origin_probe();
        _exit(!may_execute || path_origin_unshare() || path_origin_pin(ORIGIN_DIRECTORY) ||
              path_origin_pin(ORIGIN_ROOT));
    }
    need(waitpid(child, &status, 0) == child && status == 0, "places that may be shared");
}

int main(void)
{
    char folder[4096];
    need(getcwd(folder, sizeof folder) != NULL, "no folder");
    for (int fd = FIRST; fd <= LAST; fd++) {
        close(fd); /* one that is /dev/null would be taken for a guess */
    }
    wali_base = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    open_devices();
    open_files(folder);
    share_without_unshare();
    path_origin_probe();
    several = true;
    open_devices();
    open_files(folder);
    if (make_device()) {
        open_while_guessed();
        open_while_replaced();
    }
    puts("ok");
    return 0;
}
