/* Threads of a program for WASI: each is an instance that the host makes (wasi-threads), with a stack, thread-local data
 * and a struct pthread in one block from malloc.  Who joins a thread frees its block; of a detached thread the next one
 * does that is made. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#include "pthread_impl.h"
#include "stdio_impl.h"

#define LARGEST_BLOCK (UINT32_C(1) << 30)
#define ALIGNMENT 16
#define FIRST_ID 0x3fffffff /* no thread's: the host's are below 2^29 */

/* Begins with what thread_start.S reads and writes. */
struct start {
	void *stack;
	void *tls;
	volatile int is_gone;
	struct pthread *self;
	void *(*entry)(void *);
	void *argument;
	struct start *next; /* of detached threads that have ended */
};
_Static_assert(offsetof(struct start, tls) == 4 && offsetof(struct start, is_gone) == 8, "as thread_start.S has it");

void __wali_init_tls(void *);
hidden void __do_orphaned_stdio_locks(void);
hidden void __pthread_tsd_run_dtors(void);
extern _Thread_local struct pthread __wasilibc_pthread_self;
extern char __stack_low, __stack_high; /* of the first thread, from the linker */

volatile int __thread_list_lock;
static struct start *ended; /* under the list's lock */

/* Stdio has files of its own that are locked only among several threads. */
static void dummy(void) {}
weak_alias(dummy, __do_orphaned_stdio_locks);
weak_alias(dummy, __pthread_tsd_run_dtors);
static FILE *volatile no_file;
weak_alias(no_file, __stdin_used);
weak_alias(no_file, __stdout_used);
weak_alias(no_file, __stderr_used);

void __tl_lock(void)
{
	while (a_cas(&__thread_list_lock, 0, 1) != 0) {
		__wait(&__thread_list_lock, NULL, 1, 1);
	}
}

void __tl_unlock(void)
{
	a_store(&__thread_list_lock, 0);
	__wake(&__thread_list_lock, 1, 1);
}

/* The first thread, before anything else of libc. */
void __wasi_init_tp(void)
{
	struct pthread *const self = __pthread_self();
	self->self = self->prev = self->next = self;
	self->tid = FIRST_ID;
	self->detach_state = DT_JOINABLE;
	self->locale = &libc.global_locale;
	self->robust_list.head = &self->robust_list.head;
	self->stack = &__stack_high;
	self->stack_size = (size_t)(&__stack_high - &__stack_low);
}

static void lock_from_now_on(FILE *file)
{
	if (file != NULL && file->lock < 0) {
		file->lock = 0;
	}
}

static void become_several(void)
{
	if (!libc.threaded) {
		for (FILE *file = *__ofl_lock(); file != NULL; file = file->next) {
			lock_from_now_on(file);
		}
		__ofl_unlock();
		lock_from_now_on(__stdin_used);
		lock_from_now_on(__stdout_used);
		lock_from_now_on(__stderr_used);
		libc.threaded = 1;
	}
	struct pthread *const self = __pthread_self();
	if (self->tsd == NULL) {
		self->tsd = __pthread_tsd_main;
	}
}

static void free_block(struct start *start)
{
	while (start->is_gone == 0) {
		__wait(&start->is_gone, NULL, 0, 1);
	}
	free(start);
}

static void free_ended(void)
{
	__tl_lock();
	struct start *list = ended;
	ended = NULL;
	__tl_unlock();
	while (list != NULL) {
		struct start *const next = list->next;
		free_block(list);
		list = next;
	}
}

static size_t rounded(size_t bytes, size_t alignment)
{
	return (bytes + alignment - 1) & -alignment;
}

/* The block: start, pthread's keys, thread-local data, and the stack at its end, which grows towards them. */
static struct start *make_block(const pthread_attr_t *attributes)
{
	const size_t tls_alignment = __builtin_wasm_tls_align() > ALIGNMENT ? __builtin_wasm_tls_align() : ALIGNMENT;
	const size_t tls_at = rounded(sizeof(struct start) + __pthread_tsd_size, tls_alignment);
	const size_t stack_at = rounded(tls_at + __builtin_wasm_tls_size(), ALIGNMENT);
	const bool is_given = attributes->_a_stackaddr != 0;
	const size_t stack_size = is_given ? 0 : rounded(attributes->_a_stacksize, ALIGNMENT);
	if (stack_size > LARGEST_BLOCK - stack_at) {
		return NULL;
	}
	char *const block = aligned_alloc(tls_alignment, rounded(stack_at + stack_size, tls_alignment));
	if (block == NULL) {
		return NULL;
	}
	struct start *const start = (struct start *)block;
	memset(block, 0, tls_at);
	start->tls = block + tls_at;
	__wali_init_tls(start->tls);
	const uintptr_t self = (uintptr_t)start->tls + (uintptr_t)&__wasilibc_pthread_self - (uintptr_t)__builtin_wasm_tls_base();
	start->self = (struct pthread *)self;
	start->self->stack_size = is_given ? attributes->_a_stacksize : stack_size;
	start->stack = is_given ? (void *)(attributes->_a_stackaddr & -ALIGNMENT) : block + stack_at + stack_size;
	start->self->stack = start->stack;
	start->self->tsd = (void **)(block + sizeof *start);
	return start;
}

static void link_thread(struct pthread *new)
{
	struct pthread *const self = __pthread_self();
	__tl_lock();
	new->next = self->next;
	new->prev = self;
	new->next->prev = new->prev->next = new;
	libc.threads_minus_1++;
	libc.need_locks = 1;
	__tl_unlock();
}

/* With the list's lock held. */
static void unlink_thread(struct pthread *thread)
{
	thread->next->prev = thread->prev;
	thread->prev->next = thread->next;
	thread->prev = thread->next = thread;
	libc.threads_minus_1--;
}

int __pthread_create(pthread_t *restrict to, const pthread_attr_t *restrict attributes, void *(*entry)(void *),
		     void *restrict argument)
{
	const bool is_c11 = attributes == __ATTRP_C11_THREAD;
	pthread_attr_t usual = {0};
	usual._a_stacksize = __default_stacksize;
	const pthread_attr_t *const wanted = attributes == NULL || is_c11 ? &usual : attributes;
	become_several();
	free_ended();
	struct start *const start = make_block(wanted);
	if (start == NULL) {
		return EAGAIN;
	}
	struct pthread *const new = start->self;
	start->entry = entry;
	start->argument = argument;
	new->self = new;
	new->map_base = (unsigned char *)start;
	new->detach_state = wanted->_a_detach ? DT_DETACHED : DT_JOINABLE;
	new->locale = &libc.global_locale;
	new->robust_list.head = &new->robust_list.head;
	link_thread(new);
	*to = new;
	if (__wasi_thread_spawn(start) > 0) {
		return 0;
	}
	__tl_lock();
	unlink_thread(new);
	__tl_unlock();
	free(start);
	return EAGAIN;
}

/* The end of a thread: from the moment when it is DT_EXITED, whoever joins may be on the way to free its block, and
 * waits there until thread_start.S has said that nothing uses it. */
static void end_thread(struct start *start, void *result)
{
	struct pthread *const self = start->self;
	self->result = result;
	__pthread_tsd_run_dtors();
	__do_orphaned_stdio_locks();
	__tl_lock();
	unlink_thread(self);
	if (a_cas(&self->detach_state, DT_JOINABLE, DT_EXITED) != DT_JOINABLE) {
		start->next = ended;
		ended = start;
	}
	__tl_unlock();
	__wake(&self->detach_state, -1, 1);
}

hidden void __wali_thread_run(int id, struct start *start)
{
	start->self->tid = id;
	end_thread(start, start->entry(start->argument));
}

static int join(struct pthread *thread, void **result, const struct timespec *end)
{
	int state;
	while ((state = thread->detach_state) != DT_EXITED) {
		if (state == DT_DETACHED) {
			return EINVAL;
		}
		const int error = __timedwait(&thread->detach_state, state, CLOCK_REALTIME, end, 1);
		if (error == ETIMEDOUT || error == EINVAL) {
			return error;
		}
	}
	if (result != NULL) {
		*result = thread->result;
	}
	free_block((struct start *)thread->map_base);
	return 0;
}

int __pthread_join(pthread_t thread, void **result)
{
	return thread == __pthread_self() ? EDEADLK : join(thread, result, NULL);
}

int __pthread_tryjoin_np(pthread_t thread, void **result)
{
	return thread->detach_state == DT_JOINABLE ? EBUSY : __pthread_join(thread, result);
}

int __pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *end)
{
	return join(thread, result, end);
}

int __pthread_detach(pthread_t thread)
{
	const int before = a_cas(&thread->detach_state, DT_JOINABLE, DT_DETACHED);
	if (before == DT_EXITED) {
		return __pthread_join(thread, NULL);
	}
	return before == DT_JOINABLE ? 0 : EINVAL;
}

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
	*attributes = (pthread_attr_t){0};
	attributes->_a_detach = thread->detach_state == DT_DETACHED;
	attributes->_a_stackaddr = (uintptr_t)thread->stack;
	attributes->_a_stacksize = thread->stack_size;
	return 0;
}

void thrd_yield(void)
{
	sched_yield();
}

weak_alias(__pthread_create, pthread_create);
weak_alias(__pthread_join, pthread_join);
weak_alias(__pthread_tryjoin_np, pthread_tryjoin_np);
weak_alias(__pthread_timedjoin_np, pthread_timedjoin_np);
weak_alias(__pthread_detach, pthread_detach);
weak_alias(__pthread_detach, thrd_detach);
