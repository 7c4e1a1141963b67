/* The engine has no function to end an activation whose compiled code a signal interrupted.  A trap
 * ends it: the program counter is moved to an instruction that the engine knows as `unreachable`.
 * The instruction lies in a module of one function, which is compiled when first needed. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/forced_trap.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/half_done.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* (module (func (export "t") unreachable) (func (export "u") unreachable)) */
static const uint8_t trapping_module[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1,  4,   1, 0x60, 0, 0,
                                          3, 3,   2,   0,   0, 7, 9, 2, 1,  't', 0, 0,    1, 'u',
                                          0, 1,   10,  9,   2, 3, 0, 0, 11, 3,   0, 0,    11};

/* push %rbp; mov %rsp, %rbp; ud2 */
static const uint8_t trapping_code[] = {0x55, 0x48, 0x89, 0xe5, 0x0f, 0x0b};
#define UD2_SIZE 2

/* The traps of the two functions. */
struct traps {
    uintptr_t of_jumps, of_returns;
};

static uintptr_t find_trap(const uint8_t *start, const uint8_t *end)
{
    const uint8_t *found = memmem(start, (size_t)(end - start), trapping_code, sizeof trapping_code);
    return found == NULL ? 0 : (uintptr_t)(found + sizeof trapping_code - UD2_SIZE);
}

static struct traps find_traps(const wasmtime_module_t *module)
{
    void *start, *end;
    engine.wasmtime_module_image_range(module, &start, &end);
    const uintptr_t first = find_trap(start, end);
    return (struct traps){first, first == 0 ? 0 : find_trap((const uint8_t *)first, end)};
}

/* The engine is a serial one, because a pool of compiler threads would live on in the guest's
 * process and be missing in a forked child. */
static struct traps compile_traps(void)
{
    wasmtime_module_t *module;
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    half_done_begin();
    wasm_engine_t *compiler = engine_new_serial();
    wasmtime_error_t *failure =
        engine.wasmtime_module_new(compiler, trapping_module, sizeof trapping_module, &module);
    const struct traps found = failure == NULL ? find_traps(module) : (struct traps){0, 0};
    half_done_end();
    signal_mask_set(mask);
    return found;
}

static _Atomic uintptr_t of_jumps, of_returns; /* 0: not compiled yet */

/* Of threads that compile at the same time, the first one's is everybody's. */
static void need_traps(void)
{
    uintptr_t none = 0, none_either = 0;
    if (of_jumps == 0) {
        const struct traps compiled = compile_traps();
        atomic_compare_exchange_strong(&of_returns, &none, compiled.of_returns);
        atomic_compare_exchange_strong(&of_jumps, &none_either, compiled.of_jumps);
    }
}

void force_trap(ucontext_t *context)
{
    need_traps();
    if (of_jumps == 0) {
        guest_abort("longjmp: out of memory");
    }
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)of_jumps;
}

uintptr_t forced_return_trap(void)
{
    need_traps();
    return of_returns;
}

bool is_forced_return(uintptr_t address)
{
    return address != 0 && address == of_returns;
}
