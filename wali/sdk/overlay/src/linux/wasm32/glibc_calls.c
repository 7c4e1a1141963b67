/* System calls for which glibc has a function, and musl has none. Weak: a program that was written for an older
 * libc may have some of them itself, and take others from here. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <unistd.h>
#include "syscall.h"

#define weak __attribute__((__weak__))

weak int close_range(unsigned first, unsigned last, int flags)
{
	return syscall(SYS_close_range, first, last, flags);
}

weak void closefrom(int first)
{
	if (first < 0) first = 0;
	if (!__syscall(SYS_close_range, first, ~0U, 0)) return;
	long last = sysconf(_SC_OPEN_MAX); /* a kernel before 5.9 */
	if (last < 0 || last > INT_MAX) last = INT_MAX;
	for (; first < last; first++) __syscall(SYS_close, first);
}

weak int execveat(int dir, const char *path, char *const argv[], char *const envp[], int flags)
{
	return syscall(SYS_execveat, dir, path, argv, envp, flags);
}

weak ssize_t getdents64(int fd, void *buffer, size_t size)
{
	if (size > INT_MAX) size = INT_MAX;
	return syscall(SYS_getdents64, fd, buffer, size);
}

weak int getcpu(unsigned *cpu, unsigned *node)
{
	return syscall(SYS_getcpu, cpu, node, 0);
}

weak int tgkill(pid_t process, pid_t thread, int sig)
{
	return syscall(SYS_tgkill, process, thread, sig);
}

weak int renameat2(int old_dir, const char *old, int new_dir, const char *new, unsigned flags)
{
	return syscall(SYS_renameat2, old_dir, old, new_dir, new, flags);
}

weak int epoll_pwait2(int fd, struct epoll_event *events, int count, const struct timespec *timeout, const sigset_t *mask)
{
	return syscall_cp(SYS_epoll_pwait2, fd, events, count, timeout, mask, _NSIG/8);
}

weak int pidfd_open(pid_t process, unsigned flags)
{
	return syscall(SYS_pidfd_open, process, flags);
}

weak int pidfd_getfd(int pidfd, int fd, unsigned flags)
{
	return syscall(SYS_pidfd_getfd, pidfd, fd, flags);
}

weak int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned flags)
{
	return syscall(SYS_pidfd_send_signal, pidfd, sig, info, flags);
}

weak ssize_t process_madvise(int pidfd, const struct iovec *ranges, size_t count, int advice, unsigned flags)
{
	return syscall(SYS_process_madvise, pidfd, ranges, count, advice, flags);
}

weak int process_mrelease(int pidfd, unsigned flags)
{
	return syscall(SYS_process_mrelease, pidfd, flags);
}

weak int pkey_alloc(unsigned flags, unsigned rights)
{
	return syscall(SYS_pkey_alloc, flags, rights);
}

weak int pkey_free(int key)
{
	return syscall(SYS_pkey_free, key);
}

weak int pkey_mprotect(void *start, size_t size, int protection, int key)
{
	if (key == -1) return mprotect(start, size, protection);
	return syscall(SYS_pkey_mprotect, start, size, protection, key);
}

/* Of the processor's register, which code in wasm cannot reach, as glibc's on other processors. */
weak int pkey_get(int key)
{
	errno = ENOSYS;
	return -1;
}

weak int pkey_set(int key, unsigned rights)
{
	errno = ENOSYS;
	return -1;
}

weak int fsopen(const char *name, unsigned flags)
{
	return syscall(SYS_fsopen, name, flags);
}

weak int fsconfig(int fd, unsigned command, const char *key, const void *value, int extra)
{
	return syscall(SYS_fsconfig, fd, command, key, value, extra);
}

weak int fsmount(int fd, unsigned flags, unsigned attributes)
{
	return syscall(SYS_fsmount, fd, flags, attributes);
}

weak int fspick(int dir, const char *path, unsigned flags)
{
	return syscall(SYS_fspick, dir, path, flags);
}

weak int open_tree(int dir, const char *path, unsigned flags)
{
	return syscall(SYS_open_tree, dir, path, flags);
}

weak int move_mount(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	return syscall(SYS_move_mount, from_dir, from, to_dir, to, flags);
}

weak int mount_setattr(int dir, const char *path, unsigned flags, struct mount_attr *attributes, size_t size)
{
	return syscall(SYS_mount_setattr, dir, path, flags, attributes, size);
}
