/* The check of the stack with which a compiled function begins. */
#ifndef WALI_ENGINE_INTERNALS_STACK_CHECK_H
#define WALI_ENGINE_INTERNALS_STACK_CHECK_H

#include <stdint.h>

/* The address of the check that led to the trap at pc, or 0 if the trap is another.  A thread that
 * stands at the trap may go on at the check, after its limit was lowered: the function has done
 * nothing else yet.  Async-signal-safe. */
uintptr_t stack_check_of_trap(uintptr_t pc) __attribute__((visibility("hidden")));

#endif
