/* The words behind -S, which are those of wasmtime's option of that name. */
#ifndef WALI_LAUNCHER_WASI_WORDS_H
#define WALI_LAUNCHER_WASI_WORDS_H

#include "wali/native/launcher/options.h"

#include <stdbool.h>

/* Sets the flags that they mean, and appends to the addresses of sockets.  False if one of them is
 * unknown, which Python tells. */
bool wasi_words_read(struct launch *launch);

#endif
