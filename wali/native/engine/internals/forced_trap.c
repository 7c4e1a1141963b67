/* The engine has no function to end an activation whose compiled code a signal interrupted.  A trap
 * ends it: the program counter is moved to an instruction that the engine knows as `unreachable`.
 * The instruction lies in a module of one function, which is compiled when first needed. */
#define _GNU_SOURCE
#include "wali/native/engine/internals/forced_trap.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/sigset.h"
#include "wali/native/engine/engine.h"

#include <stdatomic.h>
#include <string.h>

/* (module (func (export "t") unreachable)) */
static const uint8_t trapping_module[] = {0, 'a', 's', 'm', 1, 0, 0,   0, 1, 4,  1, 0x60, 0, 0, 3, 2,
                                          1, 0,   7,   5,   1, 1, 't', 0, 0, 10, 5, 1,    3, 0, 0, 11};

/* push %rbp; mov %rsp, %rbp; ud2 */
static const uint8_t trapping_code[] = {0x55, 0x48, 0x89, 0xe5, 0x0f, 0x0b};
#define UD2_SIZE 2

static uintptr_t find_trap(const wasmtime_module_t *module)
{
    void *start, *end;
    engine.wasmtime_module_image_range(module, &start, &end);
    const uint8_t *found =
        memmem(start, (size_t)((uint8_t *)end - (uint8_t *)start), trapping_code, sizeof trapping_code);
    return found == NULL ? 0 : (uintptr_t)(found + sizeof trapping_code - UD2_SIZE);
}

/* The engine is a serial one, because a pool of compiler threads would live on in the guest's
 * process and be missing in a forked child. */
static uintptr_t compile_trap(void)
{
    wasmtime_module_t *module;
    const sigmask_t mask = signal_mask_set(ALL_SIGNALS);
    wasm_engine_t *compiler = engine_new_serial();
    wasmtime_error_t *failure =
        engine.wasmtime_module_new(compiler, trapping_module, sizeof trapping_module, &module);
    const uintptr_t pc = failure == NULL ? find_trap(module) : 0;
    if (pc == 0) {
        guest_abort("longjmp: out of memory");
    }
    signal_mask_set(mask);
    return pc;
}

void force_trap(ucontext_t *context)
{
    static _Atomic uintptr_t trap;
    if (trap == 0) {
        trap = compile_trap();
    }
    context->uc_mcontext.gregs[REG_RIP] = (greg_t)trap;
}
