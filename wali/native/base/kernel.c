#include "wali/native/base/kernel.h"

#include "wali/native/base/fork_section.h"

__thread volatile uint32_t wali_pending;
bool return_guesses_are_lost;

/* Moves the arguments from where the System V ABI passes them to the kernel's registers
 * (syscall(2)). */
#define ARGUMENTS                                                                                            \
    "    movq %rdi, %rax\n"                                                                                  \
    "    movq %rsi, %rdi\n"                                                                                  \
    "    movq %rdx, %rsi\n"                                                                                  \
    "    movq %rcx, %rdx\n"                                                                                  \
    "    movq %r8, %r10\n"                                                                                   \
    "    movq %r9, %r8\n"                                                                                    \
    "    movq 8(%rsp), %r9\n"

/* Back to the caller after a system call.  Where the guess of this return is lost as well, a jump is
 * better: jumps are guessed from the way to them. */
#define RETURN                                                                                               \
    "    cmpb $0, return_guesses_are_lost(%rip)\n"                                                           \
    "    jne 9f\n"                                                                                           \
    "    ret\n"                                                                                              \
    "9:\n" RETURN_GUESSES "    addq $" RETURN_GUESSES_BYTES ", %rsp\n"                                       \
    "    popq %rcx\n"                                                                                        \
    "    jmp *%rcx\n"

/* Every call comes through here: each of the two lies in as few cache lines as it can, whatever is
 * linked before them. */
__asm__(".pushsection " FORK_TEXT_SECTION ",\"ax\",@progbits\n"
        ".p2align 6\n"
        ".globl wali_syscall\n"
        ".hidden wali_syscall\n"
        ".type wali_syscall,@function\n"
        "wali_syscall:\n" ARGUMENTS "    syscall\n" RETURN ".size wali_syscall, . - wali_syscall\n"
        /* No signal is missed.  Before the window: the window tests wali_pending.  In the window:
         * the handler moves the program counter to wali_wait_end.  In the kernel: the kernel
         * returns -EINTR, or puts the program counter back on wali_wait_enter to restart. */
        ".p2align 6\n"
        ".globl wali_syscall_wait, wali_wait_start, wali_wait_enter, wali_wait_return, wali_wait_end\n"
        ".hidden wali_syscall_wait, wali_wait_start, wali_wait_enter, wali_wait_return, wali_wait_end\n"
        ".type wali_syscall_wait,@function\n"
        "wali_syscall_wait:\n" ARGUMENTS "wali_wait_start:\n"
        "    movq wali_pending@gottpoff(%rip), %rcx\n"
        "    cmpl $0, %fs:(%rcx)\n"
        "    jne wali_wait_end\n"
        "wali_wait_enter:\n"
        "    syscall\n"
        "wali_wait_return:\n" RETURN "wali_wait_end:\n"
        "    movq $-512, %rax\n"
        "    ret\n"
        ".size wali_syscall_wait, . - wali_syscall_wait\n"
        ".popsection\n");
