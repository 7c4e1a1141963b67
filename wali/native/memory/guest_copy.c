/* The copies of abi/guest.h.  All accesses to guest memory lie between wali_copy_start and
 * wali_copy_end; the handler of a fault there moves the program counter to wali_copy_faulted, which
 * returns -1. */
#define _GNU_SOURCE
#include "wali/native/memory/guest_copy.h"

#include "abi/guest.h"
#include "wali/native/base/fork_section.h"

#include <errno.h>
#include <ucontext.h>

uint8_t *wali_base;

/* wali_copy_bytes and the next two have no frame and save no registers, so that the handler has to set
 * nothing but the program counter. */

/* Copies a string with its NUL, at most limit bytes; limit must not be 0.  The length without the
 * NUL, limit if there was no NUL, or -1 if an access faulted.  Copies 16 bytes at a time, but never
 * reads beyond the page that the string ends in. */
int64_t wali_copy_text(char *to, const char *from, size_t limit) __attribute__((visibility("hidden")));

/* Atomically writes value to *word if *word is *seen; *seen becomes what *word was.  0, or -1 if an
 * access faulted. */
int64_t wali_copy_exchange(uint32_t *word, uint32_t *seen, uint32_t value)
    __attribute__((visibility("hidden")));

extern const char wali_copy_start[] __attribute__((visibility("hidden")));
extern const char wali_copy_end[] __attribute__((visibility("hidden")));
extern const char wali_copy_faulted[] __attribute__((visibility("hidden")));

/* clang-format off */
__asm__(".pushsection " FORK_TEXT_SECTION ",\"ax\",@progbits\n"
        ".p2align 5\n"
        ".globl wali_copy_start, wali_copy_end, wali_copy_faulted, wali_copy_bytes, wali_copy_text, wali_copy_exchange\n"
        ".hidden wali_copy_start, wali_copy_end, wali_copy_faulted, wali_copy_bytes, wali_copy_text, wali_copy_exchange\n"
        ".type wali_copy_bytes,@function\n"
        ".type wali_copy_text,@function\n"
        "wali_copy_start:\n"
        "wali_copy_bytes:\n"
        "    cmpq $16, %rdx\n"
        "    ja 4f\n"
        "    cmpl $8, %edx\n"
        "    je 8f\n"
        "    ja 3f\n"
        "    cmpl $4, %edx\n"
        "    je 7f\n"
        "    ja 2f\n"
        "    cmpl $2, %edx\n"
        "    je 6f\n"
        "    ja 1f\n"
        "    testl %edx, %edx\n"
        "    jz 9f\n"
        "    movzbl (%rsi), %eax\n"
        "    movb %al, (%rdi)\n"
        "    jmp 9f\n"
        "1:  movzwl (%rsi), %eax\n"             /* 3 */
        "    movzbl 2(%rsi), %ecx\n"
        "    movw %ax, (%rdi)\n"
        "    movb %cl, 2(%rdi)\n"
        "    jmp 9f\n"
        "2:  movl (%rsi), %eax\n"               /* 5 to 7, the two moves overlap */
        "    movl -4(%rsi,%rdx), %ecx\n"
        "    movl %eax, (%rdi)\n"
        "    movl %ecx, -4(%rdi,%rdx)\n"
        "    jmp 9f\n"
        "3:  movq (%rsi), %rax\n"               /* 9 to 16 */
        "    movq -8(%rsi,%rdx), %rcx\n"
        "    movq %rax, (%rdi)\n"
        "    movq %rcx, -8(%rdi,%rdx)\n"
        "    jmp 9f\n"
        "4:  cmpq $64, %rdx\n"
        "    ja 5f\n"
        "    movdqu (%rsi), %xmm0\n"            /* 17 to 64 */
        "    movdqu -16(%rsi,%rdx), %xmm1\n"
        "    cmpl $32, %edx\n"
        "    jbe 0f\n"
        "    movdqu 16(%rsi), %xmm2\n"
        "    movdqu -32(%rsi,%rdx), %xmm3\n"
        "    movdqu %xmm2, 16(%rdi)\n"
        "    movdqu %xmm3, -32(%rdi,%rdx)\n"
        "0:  movdqu %xmm0, (%rdi)\n"
        "    movdqu %xmm1, -16(%rdi,%rdx)\n"
        "    jmp 9f\n"
        "5:  movq %rdx, %rcx\n"
        "    rep movsb\n"
        "    jmp 9f\n"
        "6:  movzwl (%rsi), %eax\n"
        "    movw %ax, (%rdi)\n"
        "    jmp 9f\n"
        "7:  movl (%rsi), %eax\n"
        "    movl %eax, (%rdi)\n"
        "    jmp 9f\n"
        "8:  movq (%rsi), %rax\n"
        "    movq %rax, (%rdi)\n"
        "9:  xorl %eax, %eax\n"
        "    ret\n"
        ".size wali_copy_bytes, . - wali_copy_bytes\n"
        "wali_copy_text:\n"
        "    movq %rsi, %r8\n"
        "    pxor %xmm2, %xmm2\n"
        "1:  movl %esi, %ecx\n"
        "    andl $4095, %ecx\n"
        "    cmpl $4080, %ecx\n"
        "    ja 2f\n"
        "    cmpq $16, %rdx\n"
        "    jb 2f\n"
        "    movdqu (%rsi), %xmm0\n"
        "    movdqa %xmm0, %xmm1\n"
        "    pcmpeqb %xmm2, %xmm1\n"
        "    pmovmskb %xmm1, %eax\n"
        "    movdqu %xmm0, (%rdi)\n"
        "    testl %eax, %eax\n"
        "    jnz 3f\n"
        "    addq $16, %rsi\n"
        "    addq $16, %rdi\n"
        "    subq $16, %rdx\n"
        "    jnz 1b\n"
        "    jmp 4f\n"
        "2:  movzbl (%rsi), %eax\n"
        "    movb %al, (%rdi)\n"
        "    testl %eax, %eax\n"
        "    jz 4f\n"
        "    addq $1, %rsi\n"
        "    addq $1, %rdi\n"
        "    subq $1, %rdx\n"
        "    jnz 1b\n"
        "    jmp 4f\n"
        "3:  bsfl %eax, %eax\n"
        "    addq %rax, %rsi\n"
        "4:  movq %rsi, %rax\n"
        "    subq %r8, %rax\n"
        "    ret\n"
        ".size wali_copy_text, . - wali_copy_text\n"
        ".type wali_copy_exchange,@function\n"
        "wali_copy_exchange:\n"
        "    movl (%rsi), %eax\n"
        "    lock cmpxchgl %edx, (%rdi)\n"
        "    movl %eax, (%rsi)\n"
        "    xorl %eax, %eax\n"
        "    ret\n"
        ".size wali_copy_exchange, . - wali_copy_exchange\n"
        "wali_copy_end:\n"
        "wali_copy_faulted:\n"
        "    movq $-1, %rax\n"
        "    ret\n"
        ".popsection\n");
/* clang-format on */

static bool within(gaddr_t a, size_t n)
{
    return a.v != 0 && n <= GUEST_SPAN - a.v;
}

FORK_TEXT bool copy_in(void *host, gaddr_t from, size_t n)
{
    return n == 0 || (within(from, n) && wali_copy_bytes(host, wali_base + from.v, n) == 0);
}

FORK_TEXT bool copy_out(gaddr_t to, const void *host, size_t n)
{
    return n == 0 || (within(to, n) && wali_copy_bytes(wali_base + to.v, host, n) == 0);
}

int64_t copy_in_string(char *host, size_t size, gaddr_t from)
{
    if (from.v == 0) {
        return -EFAULT;
    }
    if (size == 0) {
        return -ENAMETOOLONG;
    }
    const uint64_t room = GUEST_SPAN - from.v;
    const size_t limit = size < room ? size : (size_t)room;
    const int64_t length = wali_copy_text(host, (const char *)wali_base + from.v, limit);
    if (length < 0) {
        return -EFAULT;
    }
    if ((size_t)length == limit) {
        return limit < size ? -EFAULT : -ENAMETOOLONG;
    }
    return length;
}

bool guest_compare_exchange(gaddr_t word, uint32_t *seen, uint32_t value)
{
    return within(word, sizeof value) &&
           wali_copy_exchange((uint32_t *)(void *)(wali_base + word.v), seen, value) == 0;
}

bool in_copy(uintptr_t pc)
{
    return pc >= (uintptr_t)wali_copy_start && pc < (uintptr_t)wali_copy_end;
}

bool fault_in_copy(const siginfo_t *info, ucontext_t *context)
{
    greg_t *pc = &context->uc_mcontext.gregs[REG_RIP];
    /* A code of 0 or less: the signal was sent (sigaction(2)), and may arrive here, too. */
    if (info->si_code <= 0 || !in_copy((uintptr_t)*pc) || !is_guest_address(info->si_addr)) {
        return false;
    }
    *pc = (greg_t)(uintptr_t)wali_copy_faulted;
    return true;
}
