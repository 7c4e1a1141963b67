#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include "pthread_impl.h"
#include "libc.h"
#include "wali_thread_stack.h"

/* Stacks of ended threads, kept for new ones: to map, fault in and unmap one
 * costs as much as the rest of pthread_create and pthread_join together.
 *
 * A place holds the thread's structure, which lies at the end of the mapping,
 * and what the mapping is like. Whoever swaps it out owns it. The places are
 * few. Of a stack that is not small most memory is given back meanwhile. */

enum { PLACES = 16, SMALL = 1 << 20, LARGEST = 16 << 20, NEAR = 64 << 10 };

static volatile uint64_t kept[PLACES];

static uint64_t kind(size_t size, size_t guard)
{
	return size << 4 | guard / PAGESIZE; /* size: whole pages, 12 bits */
}

static int swap(volatile uint64_t *place, uint64_t from, uint64_t to)
{
	return __sync_bool_compare_and_swap(place, from, to);
}

static int put(uint64_t value)
{
	for (int i = 0; i < PLACES; i++)
		if (!kept[i] && swap(kept + i, 0, value)) return 1;
	return 0;
}

/* What the thread has used beyond the usual; the caller may be the thread. */
static void give_back(pthread_t t)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t low = (uintptr_t)t->map_base + t->guard_size;
	uintptr_t end = t == __pthread_self() ? here : (uintptr_t)t->stack;
	if (end < low || end > (uintptr_t)t->map_base + t->map_size) return;
	end = (end - NEAR) & -PAGESIZE;
	if (end > low) __syscall(SYS_madvise, low, end - low, MADV_DONTNEED);
}

/* By a thread that joined it, or by the detached thread itself: nobody gets it
 * before the word is zero that the kernel clears at the thread's end. */
int __thread_stack_keep(pthread_t t)
{
	size_t size = t->map_size, guard = t->guard_size;
	if (size > LARGEST || guard >= 16 * PAGESIZE) return 0;
	if (size > SMALL) give_back(t);
	return put((uint64_t)(uintptr_t)t << 32 | kind(size, guard));
}

/* The size of a stack of which the program has not said how large it is to be.
 * As large as the first thread's, as with glibc, while few of that size fit
 * into the address space; the more threads there are, the smaller is that of
 * the next. All together take less than 2 GiB, up to 2,000 threads. */
size_t __thread_stack_default(void)
{
	size_t size = __default_stacksize, count = libc.threads_minus_1 + 1;
	if (size <= (512UL << 20) / count) return size;
	size_t most = count <= 64 ? 8 << 20 : count <= 512 ? 1 << 20 : count <= 2048 ? 256 << 10 : 128 << 10;
	return size < most ? size : most;
}

/* A mapping of that size, whose first `guard` bytes are closed and whose last
 * `clear` are zero; or a null pointer. */
void *__thread_stack_take(size_t size, size_t guard, size_t clear)
{
	uint64_t wanted = kind(size, guard), value;
	if (size > LARGEST || guard >= 16 * PAGESIZE) return 0;
	for (int i = 0; i < PLACES; i++) {
		value = kept[i];
		if (!value || (uint32_t)value != wanted || !swap(kept + i, value, 0))
			continue;
		pthread_t t = (void *)(uintptr_t)(value >> 32);
		int state = t->detach_state;
		if (state) {
			if (put(value)) continue;
			do __wait(&t->detach_state, 0, state, 0);
			while ((state = t->detach_state));
		}
		unsigned char *map = t->map_base;
		memset(map + size - clear, 0, clear);
		return map;
	}
	return 0;
}

/* The threads that were about to end are not in the child. */
void __thread_stacks_fork_child(void)
{
	for (int i = 0; i < PLACES; i++) {
		pthread_t t = (void *)(uintptr_t)(kept[i] >> 32);
		if (t && t->detach_state) t->detach_state = 0;
	}
}
