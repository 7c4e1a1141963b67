/* Compiled programs as files of their own, which `wali compile -o` writes (wali/compiled/cwasm_file.py).
 *
 * A file is one line, zero bytes up to COMPILED_HEADER, and the engine's code:
 *
 *   wali-cwasm v3 <engine key> <length> <checksum> <code_delta> <module's length> <its checksum>
 *
 * It is native code, which nothing checks: it is taken only if it is trusted (files/trusted_file), whole,
 * and made for this engine and machine. */
#ifndef WALI_START_COMPILED_FILE_H
#define WALI_START_COMPILED_FILE_H

#include "wali/native/base/error.h"

#include <stdint.h>

/* cdef begin */
/* Whether a path names such a file: it ends in .cwasm. */
int wali_is_compiled(const char *path);
/* A descriptor of a sealed memory file with the code, or -1 with *error set, its errnum that of a
 * file that cannot be opened.  `module` is the module that the code must have been compiled from, or
 * NULL.  *code_delta is that of wali_config. */
int wali_compiled_open(const char *path, const char *module, int64_t *code_delta, wali_error *error);
/* cdef end */

#endif
