/* Looking up names, for the draft, too. */
#ifndef WALI_WASI_PREVIEW2_NAMES_H
#define WALI_WASI_PREVIEW2_NAMES_H

#include "wasi/guest_memory.h"

#include <stdint.h>

/* Bits by enum socket_family. */
#define EVERY_FAMILY 3

/* A new resolve-address-stream of a name, which tells addresses of these families. */
int64_t preview2_resolve(uint32_t network, struct wasi_list name, uint8_t families, uint32_t *answer)
    __attribute__((visibility("hidden")));

#endif
