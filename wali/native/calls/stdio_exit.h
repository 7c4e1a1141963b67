/* What stdio still holds when main returns.
 *
 * The libc that defined this binary interface asks __deinit when main returns 0, and leaves without
 * writing what its streams hold.  So the loader exports the function that would
 * (wali/module/loader.py), and __deinit calls it. */
#ifndef WALI_CALLS_STDIO_EXIT_H
#define WALI_CALLS_STDIO_EXIT_H

#include "wali/native/engine/engine.h"

/* Calls the module's __stdio_exit, once.  Nothing if there is none, or if libc calls it by itself:
 * it keeps its locks, so that a second call would wait for ever.  A trap if the guest leaves its
 * frames meanwhile, else NULL. */
wasm_trap_t *stdio_exit_call(void) __attribute__((visibility("hidden")));

#endif
