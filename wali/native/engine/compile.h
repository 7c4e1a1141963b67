/* From wasm to compiled code. */
#ifndef WALI_ENGINE_COMPILE_H
#define WALI_ENGINE_COMPILE_H

#include "wali/native/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
/* Writes the compiled code to out_fd.  `serial`: without starting threads. */
int wali_engine_compile(const uint8_t *wasm, size_t length, int out_fd, int serial, wali_error *error);
int wali_engine_validate(const uint8_t *wasm, size_t length, wali_error *error);
/* cdef end */

#endif
