#define SYSCALL_NO_TLS 1
#include <limits.h>
#include <string.h>
#include "pthread_impl.h"
#include "libc.h"
#include "atomic.h"
#include "syscall.h"
#include "wali_start.h"

volatile int __thread_list_lock;

_Thread_local uintptr_t __wali_self;

/* The main thread's thread-locals lie where the linker put them; only its
 * thread structure is ours to place. */
static struct pthread main_thread;

int __init_tp(void *p)
{
	pthread_t td = p;
	td->self = td;
	__wali_self = (uintptr_t)td;
	libc.can_do_threads = 1;
	td->detach_state = DT_JOINABLE;
	td->tid = __syscall(SYS_set_tid_address, &__thread_list_lock);
	td->locale = &libc.global_locale;
	td->robust_list.head = &td->robust_list.head;
	td->next = td->prev = td;
	return 0;
}

/* Lays out a new thread's block of libc.tls_size bytes: its thread-locals,
 * aligned, then its structure. dtv, useless without dynamic modules, holds
 * the address of the former for the thread's start. */
void *__copy_tls(unsigned char *mem)
{
	size_t align = libc.tls_align;
	uintptr_t end = (uintptr_t)mem + libc.tls_size;
	pthread_t td = (pthread_t)((end - sizeof *td) & -16);
	td->dtv = (void *)(((uintptr_t)mem + align - 1) & -align);
	return td;
}

void __init_tls(size_t *aux)
{
	size_t align = __builtin_wasm_tls_align();
	libc.tls_align = align < 16 ? 16 : align;
	libc.tls_size = (__builtin_wasm_tls_size() + libc.tls_align
		+ sizeof(struct pthread) + 31) & -16;
	__init_tp(&main_thread);
}
