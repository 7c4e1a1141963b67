/* The size of the first thread's stack, which Linux takes from RLIMIT_STACK when it executes a
 * program (getrlimit(2)). */
#ifndef WALI_PROCESS_FIRST_STACK_H
#define WALI_PROCESS_FIRST_STACK_H

#include <stdint.h>

/* Asks the kernel for the limit, once, at the start of the process.  The bytes of guest memory that
 * the stack may take. */
uint64_t first_stack_begin(void) __attribute__((visibility("hidden")));
/* The same, later on. */
uint64_t first_stack_size(void) __attribute__((visibility("hidden")));

#endif
