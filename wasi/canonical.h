/* Lifting and lowering by the canonical ABI: what the generated entries of WIT's functions and their
 * handlers share.  Where that ABI has a trap, the guest ends with a line that says why. */
#ifndef WALI_WASI_CANONICAL_H
#define WALI_WASI_CANONICAL_H

#include "wali/native/engine/engine.h"
#include "wasi/_generated/preview2_types.h"
#include "wasi/errors.h"
#include "wasi/guest_memory.h"

#include <stddef.h>
#include <stdint.h>

/* Ends the guest. */
_Noreturn void wit_trap(const char *format, ...) __attribute__((format(printf, 1, 2), visibility("hidden")));

/* What a handler of a stream returns at its end: `closed` of stream-error. */
#define STREAM_CLOSED (WASI_ERROR(0xffff))

/* The number of a case. */
uint32_t wit_case(uint32_t number, uint32_t count) __attribute__((visibility("hidden")));
/* The list at args[at] and behind, of elements of that size, all of which lie in guest memory. */
struct wasi_list wit_list_in(const wasmtime_val_raw_t *args, size_t at, uint32_t size, uint32_t alignment)
    __attribute__((visibility("hidden")));
/* The same for a list that lies in memory. */
void wit_check_list(struct wasi_list list, uint32_t size, uint32_t alignment)
    __attribute__((visibility("hidden")));
/* The string at args[at], which lies in guest memory and is UTF-8. */
struct wasi_list wit_text_in(const wasmtime_val_raw_t *args, size_t at) __attribute__((visibility("hidden")));

/* Stores a result. */
void wit_store(uint32_t at, const void *answer, uint32_t size, uint32_t alignment)
    __attribute__((visibility("hidden")));

/* Memory of the guest's for a result, from its cabi_realloc: guest code runs, so the caller holds no
 * lock.  Without bytes it is an address of no use. */
uint32_t wit_allocate(uint64_t bytes, uint32_t alignment) __attribute__((visibility("hidden")));
/* A list of bytes, or a string, in such memory. */
struct wasi_list wit_bytes_out(const void *bytes, size_t count) __attribute__((visibility("hidden")));
/* A string, with U+FFFD for each byte that is not of UTF-8. */
struct wasi_list wit_text_out(const char *text) __attribute__((visibility("hidden")));

/* The errors for what a handler has returned.  That of a stream may be a new resource. */
uint8_t wit_error_code_of(int64_t result) __attribute__((visibility("hidden")));
uint8_t wit_socket_error_code_of(int64_t result) __attribute__((visibility("hidden")));
uint8_t wit_draft_socket_error_code_of(int64_t result) __attribute__((visibility("hidden")));
struct wit_stream_error wit_stream_error_of(int64_t result) __attribute__((visibility("hidden")));

#endif
