/* ucontext_t as the guest's libc declares it.  There is no machine state in it, but for SIGSYS, and what
 * leads to a context (contexts/ucontext.h). */
#ifndef WALI_SIGNALS_GUEST_UCONTEXT_H
#define WALI_SIGNALS_GUEST_UCONTEXT_H

#include "abi/_generated/guest_structs.h"

#include <stddef.h>
#include <stdint.h>

struct guest_ucontext {
    uint64_t flags;
    uint32_t link;
    struct wali_stack stack;
    uint64_t machine[32];
    uint64_t mask[16];
    uint64_t floating[64];
};
_Static_assert(offsetof(struct guest_ucontext, mask) == 280, "where musl for this target has uc_sigmask");

#endif
