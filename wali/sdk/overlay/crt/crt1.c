/* The module's entry point. What is specific to the way `main` was written
 * stays out of it: libc's `__wali_main` calls `__main_void`, which is the
 * program's own if it wrote main(void), and else one of two small members of
 * libc.a that pass the arguments on. A main of another type the linker's front
 * (wali/sdk/main_adapter.py) gives a `__wali_main` that calls it. */

#include <features.h>
#include <stdint.h>

hidden int __wali_main(void);
hidden uintptr_t __wali_stack_begin(void);
hidden _Noreturn void __wali_crt(int (*)(int, char **, char **));
hidden _Noreturn void __wali_crt_there(int (*)(int, char **, char **), uintptr_t);

/* Linked first, so that they come first of their kind; src/misc/wasm32/linker_symbols.c has the rest. */
__attribute__((__weak__, __section__(".data_begin"))) char __data_start[1] = { 1 };
__attribute__((__weak__, __section__(".bss_begin"))) char __bss_start[1];
weak_alias(__data_start, data_start);

static int call_main(int argc, char **argv, char **envp)
{
	return __wali_main();
}

void _start(void)
{
	uintptr_t top = __wali_stack_begin();
	if (top) __wali_crt_there(call_main, top);
	__wali_crt(call_main);
}
