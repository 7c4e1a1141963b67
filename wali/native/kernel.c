#include "kernel.h"

/* The System V order of arguments becomes the kernel's. */
__asm__(".text\n"
        ".globl wali_syscall\n"
        ".hidden wali_syscall\n"
        ".type wali_syscall,@function\n"
        "wali_syscall:\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    movq %rdx, %rsi\n"
        "    movq %rcx, %rdx\n"
        "    movq %r8, %r10\n"
        "    movq %r9, %r8\n"
        "    movq 8(%rsp), %r9\n"
        "    syscall\n"
        "    ret\n"
        ".size wali_syscall, . - wali_syscall\n");
