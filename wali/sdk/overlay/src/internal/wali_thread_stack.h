#ifndef WALI_THREAD_STACK_H
#define WALI_THREAD_STACK_H

#include <features.h>
#include <stddef.h>

struct pthread;

hidden size_t __thread_stack_default(void);
hidden void *__thread_stack_take(size_t size, size_t guard, size_t clear);
hidden int __thread_stack_keep(struct pthread *);
hidden void __thread_stacks_fork_child(void);

#endif
