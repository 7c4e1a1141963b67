/* Native stacks for the guest's threads: of one size, each above a guard. */
#ifndef WALI_BASE_NATIVE_STACK_H
#define WALI_BASE_NATIVE_STACK_H

#include <stdint.h>

/* The size of every stack in bytes, without the guard: a multiple of the page size.  Set once,
 * before the first stack is mapped. */
void native_stack_set_size(uint64_t bytes) __attribute__((visibility("hidden")));
uint64_t native_stack_size(void) __attribute__((visibility("hidden")));

/* The lowest byte of a new stack, or NULL with errno set. */
char *native_stack_map(void) __attribute__((visibility("hidden")));
/* `low` is what native_stack_map returned. */
void native_stack_unmap(char *low) __attribute__((visibility("hidden")));

#endif
