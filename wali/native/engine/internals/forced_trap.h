/* A trap at will. */
#ifndef WALI_ENGINE_INTERNALS_FORCED_TRAP_H
#define WALI_ENGINE_INTERNALS_FORCED_TRAP_H

#include <ucontext.h>

/* Makes the interrupted compiled code trap, which ends its activation. */
void force_trap(ucontext_t *context) __attribute__((visibility("hidden")));

#endif
