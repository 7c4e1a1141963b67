/* Waiting for a word of memory, as musl's locks do it: by the instruction, without a kernel. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <time.h>

#include "kernel.h"

#define SPINS 100
#define SECOND INT64_C(1000000000)
#define TIMED_OUT 2 /* an answer of memory.atomic.wait32 */

void __wait(volatile int *word, volatile int *waiters, int value, int is_private)
{
	(void)is_private;
	for (int i = 0; i < SPINS && (waiters == NULL || *waiters == 0); i++) {
		if (*word != value) {
			return;
		}
		a_spin();
	}
	if (waiters != NULL) {
		a_inc(waiters);
	}
	while (*word == value) {
		__builtin_wasm_memory_atomic_wait32((int *)word, value, -1);
	}
	if (waiters != NULL) {
		a_dec(waiters);
	}
}

/* The nanoseconds until a time; -1 if it is further away than these count. */
static int64_t time_until(clockid_t clock, const struct timespec *end, int *error)
{
	struct timespec now;
	*error = end->tv_nsec < 0 || end->tv_nsec >= SECOND || clock_gettime(clock, &now) != 0 ? EINVAL : 0;
	if (*error != 0) {
		return 0;
	}
	const int64_t seconds = (int64_t)end->tv_sec - now.tv_sec;
	if (seconds >= INT64_MAX / SECOND) {
		return -1;
	}
	const int64_t left = seconds < 0 ? 0 : seconds * SECOND + end->tv_nsec - now.tv_nsec;
	*error = left <= 0 ? ETIMEDOUT : 0;
	return left;
}

int __timedwait(volatile int *word, int value, clockid_t clock, const struct timespec *end, int is_private)
{
	int error = 0;
	(void)is_private;
	const int64_t left = end == NULL ? -1 : time_until(clock, end, &error);
	if (error == 0 && __builtin_wasm_memory_atomic_wait32((int *)word, value, left) == TIMED_OUT) {
		error = ETIMEDOUT;
	}
	return error;
}

int wali_wait_by_number(volatile int *word, int value, int number, const struct timespec *end, int is_private)
{
	return __timedwait(word, value, number == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, end, is_private);
}

/* There is no cancellation. */
int __timedwait_cp(volatile int *word, int value, clockid_t clock, const struct timespec *end, int is_private)
{
	return __timedwait(word, value, clock, end, is_private);
}
