#define _GNU_SOURCE
#include <string.h>
#include <sys/prctl.h>
#include "pthread_impl.h"
#include "syscall.h"
#include "wali_start.h"

/* Cancellation without program counters.
 *
 * Other ports look at the interrupted instruction to tell whether a blocking
 * call has already begun. Here a word in the thread's structure says so:
 * ARMED around the call, and HIT when the signal arrived meanwhile. A signal
 * that finds the call blocked interrupts it, and the caller sees EINTR. What
 * is left is the moment between the check and the call; only the runtime can
 * close it, by refusing with EINTR to begin (or restart) a blocking call of a
 * thread whose word is ARMED|HIT. It is told the word's address with a prctl
 * that a kernel answers with EINVAL. When a handler returns it makes the word
 * ARMED again that was so before, as the handler has cancellation points too. */

enum { ARMED = 1, HIT = 2 };

static int runtime_helps;

long __cancel(void)
{
	pthread_t self = __pthread_self();
	if (self->canceldisable == PTHREAD_CANCEL_ENABLE || self->cancelasync)
		pthread_exit(PTHREAD_CANCELED);
	self->canceldisable = PTHREAD_CANCEL_DISABLE;
	return -ECANCELED;
}

/* 0: make the call plainly; 1: make it, then leave; -1: act on cancellation. */
int __wali_cp_enter(long n)
{
	pthread_t self = __pthread_self();
	int st = self->canceldisable;
	if (st && (st == PTHREAD_CANCEL_DISABLE || n == SYS_close))
		return 0;
	if (!self->cancel_registered) {
		self->cancel_registered = 1;
		__syscall(SYS_prctl, PR_WALI, PR_WALI_CANCEL_WORD,
			&self->cancel_word, 0, 0);
	}
	a_store(&self->cancel_word, ARMED);
	if (!self->cancel) return 1;
	a_store(&self->cancel_word, 0);
	return -1;
}

long __wali_cp_leave(long n, long r)
{
	pthread_t self = __pthread_self();
	a_store(&self->cancel_word, 0);
	if (r == -EINTR && n != SYS_close && self->cancel
	    && self->canceldisable != PTHREAD_CANCEL_DISABLE)
		return __cancel();
	return r;
}

static void cancel_handler(int sig, siginfo_t *si, void *ctx)
{
	pthread_t self = __pthread_self();

	a_barrier();
	if (!self->cancel || self->canceldisable == PTHREAD_CANCEL_DISABLE)
		return;
	if (self->cancelasync) {
		ucontext_t *uc = ctx;
		sigaddset(&uc->uc_sigmask, SIGCANCEL);
		pthread_sigmask(SIG_SETMASK, &uc->uc_sigmask, 0);
		__cancel();
	}
	/* Not only if ARMED: a handler that interrupted a blocking call may be
	 * under way, whose own calls have cleared that. */
	a_or(&self->cancel_word, HIT);
}

void __testcancel(void)
{
	pthread_t self = __pthread_self();
	if (self->cancel && !self->canceldisable)
		__cancel();
}

/* With the runtime's help calls that are no cancellation points are restarted
 * as they should; without it an interruption is all there is. */
static void init_cancellation(void)
{
	runtime_helps = !__syscall(SYS_prctl, PR_WALI, PR_WALI_CANCEL_PROBE, 0, 0, 0);
	struct sigaction sa = {
		.sa_flags = SA_SIGINFO | SA_ONSTACK | (runtime_helps ? SA_RESTART : 0),
		.sa_sigaction = cancel_handler
	};
	memset(&sa.sa_mask, -1, _NSIG/8);
	__libc_sigaction(SIGCANCEL, &sa, 0);
}

int pthread_cancel(pthread_t t)
{
	static int init;
	if (!init) {
		init_cancellation();
		init = 1;
	}
	a_store(&t->cancel, 1);
	if (t == pthread_self()) {
		if (t->canceldisable == PTHREAD_CANCEL_ENABLE && t->cancelasync)
			pthread_exit(PTHREAD_CANCELED);
		return 0;
	}
	return pthread_kill(t, SIGCANCEL);
}
