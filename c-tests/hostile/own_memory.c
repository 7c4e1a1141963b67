/* Ways to the memory of the process that go past the program's own: each is shut. */
#include "check.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#ifndef PR_SET_MM
#define PR_SET_MM 35
#define PR_SET_MM_START_CODE 1
#endif

static void refuse_path(const char *what, int opened)
{
    say("%s: %s", what, opened < 0 ? errno_name(errno) : "OPEN");
    if (opened >= 0) {
        check_failed(__FILE__, __LINE__, "%s could be opened", what);
        close(opened);
    }
}

static void files(void)
{
    char path[64];
    refuse_path("/proc/self/mem", open("/proc/self/mem", O_RDWR));
    refuse_path("/proc/self/mem, to read", open("/proc/self/mem", O_RDONLY));
    refuse_path("/proc/thread-self/mem", open("/proc/thread-self/mem", O_RDWR));
    snprintf(path, sizeof path, "/proc/%d/mem", (int)getpid());
    refuse_path("/proc/<pid>/mem", open(path, O_RDWR));
    snprintf(path, sizeof path, "/proc/self/task/%d/mem", (int)getpid());
    refuse_path("/proc/self/task/<tid>/mem", open(path, O_RDWR));
    refuse_path("with dots and slashes", open("/proc/self/fd/..//../self/./mem", O_RDWR | O_CLOEXEC));
    OK(symlink("/proc/self/mem", "link"));
    refuse_path("a symbolic link", open("link", O_RDWR));
    refuse_path("creat on it", creat("link", 0600));
    int folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
    refuse_path("relative to a folder", openat(folder, "mem", O_RDWR));
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_RDWR, 0, 0};
    refuse_path("openat2", (int)RAW(SYS_openat2, folder, "mem", &how, sizeof how));
    int handle = open("/proc/self/mem", O_PATH);
    if (handle >= 0) {
        char byte;
        snprintf(path, sizeof path, "/proc/self/fd/%d", handle);
        refuse_path("through O_PATH", open(path, O_RDWR));
        ERR(pread(handle, &byte, 1, 0x400000), EBADF);
    } else {
        refuse_path("through O_PATH", handle);
    }
}

static void other_ways(void)
{
    char buffer[64];
    uint64_t vector[8] = {(uintptr_t)buffer, 8, (uintptr_t)buffer, 8};
    int self = (int)RAW(SYS_pidfd_open, getpid(), 0);
    ERR(RAW(SYS_process_vm_readv, getpid(), vector, 1, vector + 2, 1, 0), EPERM);
    ERR(RAW(SYS_process_vm_writev, getpid(), vector, 1, vector + 2, 1, 0), EPERM);
    ERR(RAW(SYS_process_madvise, self, vector, 1, MADV_DONTNEED, 0), EPERM);
    ERR(RAW(SYS_pidfd_getfd, self, 0, 0), EPERM);
    ERR(RAW(SYS_kcmp, getpid(), getpid(), 0, 0, 1), EPERM);
    ERR(RAW(SYS_ptrace, 0, 0, 0, 0), EPERM);          /* PTRACE_TRACEME */
    ERR(RAW(SYS_ptrace, 16, getppid(), 0, 0), EPERM); /* PTRACE_ATTACH */
    ERR(RAW(SYS_userfaultfd, 0), EPERM);
    ERR(RAW(SYS_perf_event_open, vector, 0, -1, -1, 0), EPERM);
    ERR(RAW(SYS_bpf, 0, vector, 64), EPERM);
    ERR(RAW(SYS_move_pages, 0, 1, vector, 0, vector, 0), EPERM);
    ERR(RAW(SYS_io_uring_setup, 8, vector), ENOSYS);
    ERR(RAW(SYS_io_setup, 8, vector), ENOSYS);
    ERR(RAW(SYS_io_submit, 0, 1, vector), ENOSYS);
}

static void the_process(void)
{
    ERR(RAW(SYS_arch_prctl, 0x1002, 0x1000), ENOSYS); /* ARCH_SET_FS */
    ERR(RAW(SYS_arch_prctl, 0x1001, 0x1000), ENOSYS); /* ARCH_SET_GS */
    ERR(RAW(SYS_modify_ldt, 1, 0x1000, 16), ENOSYS);
    ERR(RAW(SYS_set_thread_area, 0x1000), ENOSYS);
    ERR(RAW(SYS_rseq, 0x10000, 32, 0, 0), ENOSYS);
    ERR(RAW(SYS_map_shadow_stack, 0, 0x1000, 0), ENOSYS);
    for (int option = 1; option <= 15; option++) {
        long result = RAW(SYS_prctl, PR_SET_MM, option, 0x10000, 0, 0);
        if (result == 0) {
            check_failed(__FILE__, __LINE__, "PR_SET_MM %d was obeyed", option);
        }
    }
    ERR2(RAW(SYS_prctl, PR_SET_MM, PR_SET_MM_START_CODE, 0x10000, 0, 0), EINVAL, EPERM);
    ERR2(RAW(SYS_prctl, 59 /* PR_SET_SYSCALL_USER_DISPATCH */, 1, 0, 0, 0), EINVAL, EPERM);
}

int main(void)
{
    files();
    other_ways();
    the_process();
    return done();
}
