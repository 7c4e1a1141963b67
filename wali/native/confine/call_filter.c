#define _GNU_SOURCE
#include "wali/native/confine/call_filter.h"

#include "wali/native/base/kernel.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>

#define CLONE3 435
#define RSEQ 334
#define SET_VMA 0x53564d41 /* PR_SET_VMA: allocators name their mappings */

/* Memory, threads of this process, time, and the descriptors that are open. */
static const uint16_t allowed[] = {
    SYS_read,
    SYS_write,
    SYS_pread64,
    SYS_writev,
    SYS_lseek,
    SYS_close,
    SYS_mmap,
    SYS_munmap,
    SYS_mprotect,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_futex,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_exit,
    SYS_exit_group,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_getrandom,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_getpid,
    SYS_gettid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getrusage,
    SYS_times,
    SYS_sysinfo,
    SYS_uname,
    SYS_membarrier,
    SYS_set_robust_list,
    RSEQ,
    SYS_getcpu,
    SYS_restart_syscall,
};

#define MOST (2 * sizeof allowed / sizeof allowed[0] + 64)

struct program {
    struct sock_filter code[MOST];
    unsigned short length;
};

static void put(struct program *program, struct sock_filter instruction)
{
    program->code[program->length++] = instruction;
}

static void put_load(struct program *program, size_t offset)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void put_answer(struct program *program, uint32_t answer)
{
    put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

/* The answer to one call, whatever its arguments. */
static void put_call(struct program *program, uint32_t number, uint32_t answer)
{
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    put_answer(program, answer);
}

/* The low half of an argument; all that are looked at are of 32 bits. */
static size_t argument(int index)
{
    return offsetof(struct seccomp_data, args) + 8 * (size_t)index;
}

/* Allows a call if an argument, masked, has this value.  Loads the number again for what follows. */
static void put_if(struct program *program, uint32_t number, int index, uint32_t mask, uint32_t value)
{
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
    put_load(program, argument(index));
    put(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    put_answer(program, SECCOMP_RET_ALLOW);
    put_load(program, offsetof(struct seccomp_data, nr));
}

static void put_all(struct program *program)
{
    put_load(program, offsetof(struct seccomp_data, arch));
    put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
    put_answer(program, SECCOMP_RET_KILL_PROCESS);
    put_load(program, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        put_call(program, allowed[i], SECCOMP_RET_ALLOW);
    }
    /* A thread, not a process.  clone3(2) has its flags in memory, where no filter sees them; libc then
     * takes clone. */
    put_if(program, SYS_clone, 0, CLONE_VM | CLONE_THREAD, CLONE_VM | CLONE_THREAD);
    put_call(program, CLONE3, SECCOMP_RET_ERRNO | ENOSYS);
    put_if(program, SYS_tgkill, 0, UINT32_MAX, (uint32_t)KERNEL(getpid)); /* abort(3) */
    put_if(program, SYS_prctl, 0, UINT32_MAX, PR_SET_NAME);
    put_if(program, SYS_prctl, 0, UINT32_MAX, SET_VMA);
    put_answer(program, SECCOMP_RET_ERRNO | EPERM);
}

bool call_filter_apply(void)
{
    struct program program = {.length = 0};
    put_all(&program);
    const struct sock_fprog filter = {.len = program.length, .filter = program.code};
    return KERNEL(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
