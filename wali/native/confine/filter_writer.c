#define _GNU_SOURCE
#include "wali/native/confine/filter_writer.h"

#include "wali/native/base/kernel.h"

#include <linux/audit.h>
#include <sys/prctl.h>

void filter_put(struct filter_program *program, struct sock_filter instruction)
{
    if (program->length < FILTER_MOST - 1) {
        program->code[program->length++] = instruction;
    } else {
        program->length = FILTER_MOST;
    }
}

static void put_load(struct filter_program *program, size_t offset)
{
    filter_put(program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void put_load_number(struct filter_program *program)
{
    put_load(program, offsetof(struct seccomp_data, nr));
}

void filter_load_argument(struct filter_program *program, int index, bool high)
{
    put_load(program, offsetof(struct seccomp_data, args) + 8 * (size_t)index + (high ? 4 : 0));
}

void filter_answer(struct filter_program *program, uint32_t answer)
{
    filter_put(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

void filter_begin(struct filter_program *program)
{
    program->length = 0;
    put_load(program, offsetof(struct seccomp_data, arch));
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
    filter_answer(program, SECCOMP_RET_KILL_PROCESS);
    put_load_number(program);
}

void filter_call(struct filter_program *program, uint32_t number, uint32_t answer)
{
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    filter_answer(program, answer);
}

void filter_calls(struct filter_program *program, uint32_t first, uint32_t last, uint32_t answer)
{
    if (first == last) {
        filter_call(program, first, answer);
        return;
    }
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2));
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0));
    filter_answer(program, answer);
}

void filter_call_if(struct filter_program *program, uint32_t number, int index, uint32_t mask, uint32_t value,
                    uint32_t answer)
{
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
    filter_load_argument(program, index, false);
    filter_put(program, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    filter_answer(program, answer);
    put_load_number(program);
}

void filter_call_if_any(struct filter_program *program, uint32_t number, int index, uint32_t mask,
                        uint32_t answer)
{
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4));
    filter_load_argument(program, index, false);
    filter_put(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, mask, 0, 1));
    filter_answer(program, answer);
    put_load_number(program);
}

void filter_block(struct filter_program *program, uint32_t number, const struct filter_program *block)
{
    if (block->length > UINT8_MAX) { /* a jump leads no further */
        program->length = FILTER_MOST;
        return;
    }
    filter_put(program,
               (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, (uint8_t)block->length));
    for (unsigned short i = 0; i < block->length; i++) {
        filter_put(program, block->code[i]);
    }
}

bool filter_install(const struct filter_program *program)
{
    const struct sock_fprog filter = {.len = program->length,
                                      .filter = (struct sock_filter *)(uintptr_t)program->code};
    return program->length < FILTER_MOST &&
           KERNEL(prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}
