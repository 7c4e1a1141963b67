/* The guest's robust futexes (get_robust_list(2)). */
#ifndef WALI_ROBUST_LIST_H
#define WALI_ROBUST_LIST_H

#include "abi/guest.h"

/* Size of the guest's struct robust_list_head: musl's words are 64-bit longs. */
#define ROBUST_LIST_HEAD_SIZE 24

/* Marks the locks that the calling thread still holds as their owner's death,
 * and wakes a waiter of each, as the kernel does when a thread ends. */
void robust_list_end(gaddr_t head) __attribute__((visibility("hidden")));

#endif
