#include "wali/native/seccomp/bpf.h"

#include <string.h>

/* Conditional jumps. */
static bool is_branch(const struct sock_filter *at)
{
    return BPF_CLASS(at->code) == BPF_JMP && BPF_OP(at->code) != BPF_JA;
}

static bool by_constant(const struct sock_filter *at)
{
    return BPF_SRC(at->code) == BPF_K;
}

/* Checks one instruction.  `left` counts the instructions from it to the end, itself included. */
static bool is_sound(const struct sock_filter *at, size_t left)
{
    switch (at->code) {
    case BPF_LD | BPF_W | BPF_ABS:
        return at->k < sizeof(struct seccomp_data) && at->k % 4 == 0;
    case BPF_LD | BPF_MEM:
    case BPF_LDX | BPF_MEM:
    case BPF_ST:
    case BPF_STX:
        return at->k < BPF_MEMWORDS;
    case BPF_ALU | BPF_DIV | BPF_K:
        return at->k != 0;
    case BPF_ALU | BPF_LSH | BPF_K:
    case BPF_ALU | BPF_RSH | BPF_K:
        return at->k < 32;
    case BPF_JMP | BPF_JA:
        return at->k < left - 1;
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JEQ | BPF_X:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_X:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_X:
    case BPF_JMP | BPF_JSET | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_X:
        return at->jt + 1U < left && at->jf + 1U < left;
    case BPF_LD | BPF_W | BPF_LEN:
    case BPF_LDX | BPF_W | BPF_LEN:
    case BPF_LD | BPF_IMM:
    case BPF_LDX | BPF_IMM:
    case BPF_ALU | BPF_ADD | BPF_K:
    case BPF_ALU | BPF_ADD | BPF_X:
    case BPF_ALU | BPF_SUB | BPF_K:
    case BPF_ALU | BPF_SUB | BPF_X:
    case BPF_ALU | BPF_MUL | BPF_K:
    case BPF_ALU | BPF_MUL | BPF_X:
    case BPF_ALU | BPF_DIV | BPF_X:
    case BPF_ALU | BPF_AND | BPF_K:
    case BPF_ALU | BPF_AND | BPF_X:
    case BPF_ALU | BPF_OR | BPF_K:
    case BPF_ALU | BPF_OR | BPF_X:
    case BPF_ALU | BPF_XOR | BPF_K:
    case BPF_ALU | BPF_XOR | BPF_X:
    case BPF_ALU | BPF_LSH | BPF_X:
    case BPF_ALU | BPF_RSH | BPF_X:
    case BPF_ALU | BPF_NEG:
    case BPF_MISC | BPF_TAX:
    case BPF_MISC | BPF_TXA:
    case BPF_RET | BPF_K:
    case BPF_RET | BPF_A:
        return true;
    default:
        return false;
    }
}

/* Checks that scratch memory is written before it is read, on all paths.  Each bit stands for a
 * word that has been written on all paths to an instruction. */
static bool memory_is_written(const struct sock_filter *program, size_t length)
{
    uint16_t on_all_paths[SECCOMP_MOST_INSTRUCTIONS];
    uint16_t written = 0;
    memset(on_all_paths, 0xff, length * sizeof on_all_paths[0]);
    for (size_t i = 0; i < length; i++) {
        const struct sock_filter *at = &program[i];
        written &= on_all_paths[i];
        if (at->code == BPF_ST || at->code == BPF_STX) {
            written = (uint16_t)(written | 1U << at->k);
        } else if (at->code == (BPF_LD | BPF_MEM) || at->code == (BPF_LDX | BPF_MEM)) {
            if ((written & 1U << at->k) == 0) {
                return false;
            }
        } else if (at->code == (BPF_JMP | BPF_JA)) {
            on_all_paths[i + 1 + at->k] &= written;
            written = UINT16_MAX;
        } else if (is_branch(at)) {
            on_all_paths[i + 1 + at->jt] &= written;
            on_all_paths[i + 1 + at->jf] &= written;
            written = UINT16_MAX;
        }
    }
    return true;
}

bool bpf_is_sound(const struct sock_filter *program, size_t length)
{
    if (length == 0 || length > SECCOMP_MOST_INSTRUCTIONS || BPF_CLASS(program[length - 1].code) != BPF_RET) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_sound(&program[i], length - i)) {
            return false;
        }
    }
    return memory_is_written(program, length);
}

/* A branch takes one instruction if one of its targets is the next instruction.  For that the
 * kernel may invert the comparison, but JSET has no inverse.  A constant with the top bit set is
 * first loaded into a register. */
static size_t branch_weight(const struct sock_filter *at)
{
    const size_t constant = by_constant(at) && (int32_t)at->k < 0;
    const bool is_single = at->jf == 0 || (at->jt == 0 && BPF_OP(at->code) != BPF_JSET);
    return constant + (is_single ? 1 : 2);
}

/* Follows the kernel's bpf_convert_filter(). */
size_t bpf_weight(const struct sock_filter *program, size_t length)
{
    size_t weight = 3; /* clear A and X, save the context */
    for (size_t i = 0; i < length; i++) {
        const struct sock_filter *at = &program[i];
        if (is_branch(at)) {
            weight += branch_weight(at);
        } else if (at->code == (BPF_ALU | BPF_DIV | BPF_X)) {
            weight += 5; /* with the check for a divisor of 0 */
        } else {
            weight += at->code == (BPF_RET | BPF_K) ? 2 : 1;
        }
    }
    return weight;
}

static uint32_t calculate(const struct sock_filter *at, uint32_t a, uint32_t b)
{
    switch (BPF_OP(at->code)) {
    case BPF_ADD:
        return a + b;
    case BPF_SUB:
        return a - b;
    case BPF_MUL:
        return a * b;
    case BPF_DIV:
        return a / b;
    case BPF_AND:
        return a & b;
    case BPF_OR:
        return a | b;
    case BPF_XOR:
        return a ^ b;
    case BPF_LSH:
        return a << (b & 31);
    case BPF_RSH:
        return a >> (b & 31);
    default: /* BPF_NEG */
        return -a;
    }
}

static bool compare(const struct sock_filter *at, uint32_t a, uint32_t b)
{
    switch (BPF_OP(at->code)) {
    case BPF_JEQ:
        return a == b;
    case BPF_JGE:
        return a >= b;
    case BPF_JGT:
        return a > b;
    default: /* BPF_JSET */
        return (a & b) != 0;
    }
}

static uint32_t load(const struct sock_filter *at, const uint32_t *memory, const struct seccomp_data *call)
{
    uint32_t word;
    switch (BPF_MODE(at->code)) {
    case BPF_ABS:
        memcpy(&word, (const char *)call + at->k, sizeof word);
        return word;
    case BPF_MEM:
        return memory[at->k];
    case BPF_LEN:
        return sizeof *call;
    default: /* BPF_IMM */
        return at->k;
    }
}

bool bpf_always_allows(const struct sock_filter *program, uint32_t number, uint32_t architecture)
{
    uint32_t a = 0;
    for (const struct sock_filter *at = program;; at++) {
        if (at->code == (BPF_LD | BPF_W | BPF_ABS) && at->k == offsetof(struct seccomp_data, nr)) {
            a = number;
        } else if (at->code == (BPF_LD | BPF_W | BPF_ABS) && at->k == offsetof(struct seccomp_data, arch)) {
            a = architecture;
        } else if (at->code == (BPF_ALU | BPF_AND | BPF_K)) {
            a &= at->k;
        } else if (at->code == (BPF_JMP | BPF_JA)) {
            at += at->k;
        } else if (is_branch(at) && by_constant(at)) {
            at += compare(at, a, at->k) ? at->jt : at->jf;
        } else {
            return at->code == (BPF_RET | BPF_K) && at->k == SECCOMP_RET_ALLOW;
        }
    }
}

uint32_t bpf_run(const struct sock_filter *program, const struct seccomp_data *call)
{
    uint32_t a = 0, x = 0;
    uint32_t memory[BPF_MEMWORDS] = {0};
    for (const struct sock_filter *at = program;; at++) {
        const uint32_t operand = by_constant(at) ? at->k : x;
        switch (BPF_CLASS(at->code)) {
        case BPF_LD:
            a = load(at, memory, call);
            break;
        case BPF_LDX:
            x = load(at, memory, call);
            break;
        case BPF_ST:
            memory[at->k] = a;
            break;
        case BPF_STX:
            memory[at->k] = x;
            break;
        case BPF_ALU:
            if (BPF_OP(at->code) == BPF_DIV && operand == 0) {
                return 0;
            }
            a = calculate(at, a, operand);
            break;
        case BPF_JMP:
            if (!is_branch(at)) {
                at += at->k;
            } else {
                at += compare(at, a, operand) ? at->jt : at->jf;
            }
            break;
        case BPF_MISC:
            if (BPF_MISCOP(at->code) == BPF_TAX) {
                x = a;
            } else {
                a = x;
            }
            break;
        default: /* BPF_RET */
            return BPF_RVAL(at->code) == BPF_A ? a : at->k;
        }
    }
}
