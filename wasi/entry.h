/* What the generated entries of WASI share.  A guest of WASI has no handlers of signals, so an entry
 * delivers none and makes no call again (as WALI_ENTRY in syscalls/entry.h does). */
#ifndef WASI_ENTRY_H
#define WASI_ENTRY_H

#include "abi/guest.h"
#include "wali/native/engine/engine.h"
#include "wasi/errors.h"
#include "wasi/guest_memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this thread is in the guest's cabi_realloc, which runs for a call that is not done: it may call
 * nothing (may_leave of the canonical ABI). */
extern __thread bool wasi_is_allocating __attribute__((visibility("hidden"), tls_model("initial-exec")));
/* Ends the guest. */
_Noreturn void wasi_refuse_call(void) __attribute__((visibility("hidden"), cold));

/* What every entry begins with. */
static inline void wasi_enter(void)
{
    if (__builtin_expect(wasi_is_allocating, false)) {
        wasi_refuse_call();
    }
}

#define WASI_ENTRY_HEAD(name)                                                                                \
    wasm_trap_t *wasi_##name(                                                                                \
        __attribute__((unused)) void *env, __attribute__((unused)) wasmtime_caller_t *caller,                \
        __attribute__((unused)) wasmtime_val_raw_t *args, __attribute__((unused)) size_t arg_count)

/* An entry (wali_entry_t) around the body that follows, whose answer is a handler's. */
#define WASI_ENTRY(name)                                                                                     \
    static inline int64_t body_##name(const wasmtime_val_raw_t *args);                                       \
    WASI_ENTRY_HEAD(name)                                                                                    \
    {                                                                                                        \
        wasi_enter();                                                                                        \
        args[0].i64 = wasi_errno(body_##name(args));                                                         \
        return NULL;                                                                                         \
    }                                                                                                        \
    static inline int64_t body_##name(__attribute__((unused)) const wasmtime_val_raw_t *args)

/* An entry of a function that does not return. */
#define WASI_ENTRY_OF_NO_RETURN(name) WASI_ENTRY_HEAD(name)

/* A string or list: two arguments from the one at `at`. */
static inline struct wasi_list wasi_list_in(const wasmtime_val_raw_t *args, size_t at)
{
    return (struct wasi_list){(uint32_t)args[at].i32, (uint32_t)args[at + 1].i32};
}

/* Whether all of a list has addresses. (Whether there is memory at them, the kernel and the copies find.) */
static inline bool wasi_list_is_inside(struct wasi_list list, uint32_t element_size)
{
    return (uint64_t)list.at + (uint64_t)list.count * element_size <= GUEST_SPAN;
}

#endif
