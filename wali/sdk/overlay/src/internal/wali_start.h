#ifndef WALI_START_H
#define WALI_START_H

#include <features.h>
#include <stdint.h>

/* What a new thread gets. The trampoline loads the first two words into
 * __stack_pointer and __tls_base; the mark tells the runtime that it may read
 * where the thread's stack lies. */
struct wali_start {
	uint32_t stack_pointer;
	uint32_t tls_base;
	void *tp;
	volatile int *ctid;
	int (*fn)(void *);
	void *arg;
	uint64_t mask;
	char mark[8]; /* WALI_START_MARK */
	uintptr_t stack_low, stack_high;
};
#define WALI_START_MARK "walistk"

/* What is asked of the runtime by prctl; one that does not know it refuses. The
 * strings, for /proc: where the arguments begin, the environment behind them,
 * and its end. The stack: where the first thread's begins and ends; the answer
 * is the size that it should have. Where the caller's frames are: offsets in
 * the module, how many at most, and how many to leave out. */
#define PR_WALI 0x57414c49
enum {
	PR_WALI_CANCEL_PROBE, PR_WALI_CANCEL_WORD, PR_WALI_STRINGS, PR_WALI_STACK,
	PR_WALI_BACKTRACE
};

#define WALI_IMPORT(name) \
	__attribute__((__import_module__("wali"), __import_name__(#name)))

WALI_IMPORT(__wasm_thread_spawn)
int __wasm_thread_spawn(void (*)(int, struct wali_start *), struct wali_start *);

WALI_IMPORT(__init) int __wali_init(void);
WALI_IMPORT(__deinit) int __wali_deinit(void);
WALI_IMPORT(__proc_exit) _Noreturn void __wali_proc_exit(int);
WALI_IMPORT(__cl_get_argc) unsigned __wali_get_argc(void);
WALI_IMPORT(__cl_get_argv_len) unsigned __wali_get_argv_len(unsigned);
WALI_IMPORT(__cl_copy_argv) unsigned __wali_copy_argv(char *, unsigned);
WALI_IMPORT(__get_init_envfile) int __wali_get_init_envfile(char *, unsigned);

/* Assembly, exported: the runtime calls it as fn(tid, block). */
void __wasm_thread_start_libc(int, struct wali_start *);
hidden void __wasm_thread_start_c(int, struct wali_start *);

/* Made by the linker. */
void __wasm_call_ctors(void);
void __wasm_init_tls(void *);

/* The first thread's stack: the lowest address that can be used, and the end. */
hidden extern uintptr_t __wali_stack_low, __wali_stack_high;
/* Settles that; the end of another stack than the linker's, or 0. */
hidden uintptr_t __wali_stack_begin(void);

hidden extern int __wali_argc;
hidden extern char **__wali_argv;

#endif
