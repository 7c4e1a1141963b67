/* Compiling and validating wasm, for Python. */
#ifndef WALI_ENGINE_COMPILE_H
#define WALI_ENGINE_COMPILE_H

#include "wali/native/base/error.h"

#include <stddef.h>
#include <stdint.h>

/* cdef begin */
/* Compiles a module and writes the compiled code to out_fd.  With `serial` the engine starts no
 * threads, with `debug` the code is for a debugger.  0, or -1 with *error (WALI_ERROR_MODULE,
 * WALI_ERROR_IO). */
int wali_engine_compile(const uint8_t *wasm, size_t length, int out_fd, int serial, int debug,
                        wali_error *error);
/* 0 if the module is valid, or -1 with *error (WALI_ERROR_MODULE). */
int wali_engine_validate(const uint8_t *wasm, size_t length, wali_error *error);
/* cdef end */

#endif
