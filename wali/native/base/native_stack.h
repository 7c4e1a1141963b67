/* Native stacks, of one size for all threads, each above a guard. */
#ifndef WALI_BASE_NATIVE_STACK_H
#define WALI_BASE_NATIVE_STACK_H

#include <stdint.h>

/* Bytes of each, the guard not counted: whole pages. */
void native_stack_set_size(uint64_t bytes) __attribute__((visibility("hidden")));
uint64_t native_stack_size(void) __attribute__((visibility("hidden")));

/* The lowest byte of a new one; NULL without memory, with errno set. */
char *native_stack_map(void) __attribute__((visibility("hidden")));
void native_stack_unmap(char *low) __attribute__((visibility("hidden")));

#endif
