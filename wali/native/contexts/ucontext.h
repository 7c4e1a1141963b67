/* getcontext, setcontext and swapcontext as imports.  A context is a jump (jumps/jump_stack.h) with a
 * signal mask; swapcontext goes on on another strand (jumps/strands.h) where the context is one's.
 * makecontext is libc's alone: what it writes says how a strand begins. */
#ifndef WALI_CONTEXTS_UCONTEXT_H
#define WALI_CONTEXTS_UCONTEXT_H

#include "wali/native/engine/engine.h"

/* Entries for getcontext(context), setcontext(context) and swapcontext(old, context).  The last two
 * answer -ENOMEM if there is no memory for the native stack of a context that begins.  They abort the
 * guest if the function that filled the context has returned, or runs in another thread, or if nothing
 * has filled it.  An invalid address ends the process with SIGSEGV. */
wasm_trap_t *wali_getcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_setcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);
wasm_trap_t *wali_swapcontext(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count);

#endif
