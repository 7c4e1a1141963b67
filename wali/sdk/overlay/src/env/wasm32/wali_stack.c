#include <sys/mman.h>
#include "libc.h"
#include "syscall.h"
#include "wali_start.h"

/* The first thread's stack. The linker has made one; a size other than Linux's
 * usual limit (RLIMIT_STACK) is what the program gets natively, so it does here:
 * more by another place, less by closing the lower part. A size that the
 * program was linked with is a minimum. Runs before libc is initialised. */

#define USUAL (8UL << 20)
#define UNLIMITED (1UL << 30)

extern hidden unsigned __default_stacksize;

extern char __stack_low, __stack_high, __global_base;

uintptr_t __wali_stack_low, __wali_stack_high;

/* With the stack first in memory, address 0 ends it, and page 0 belongs to
 * nobody who is well: without access it catches null pointers, and overflow
 * a page early. */
static int is_first_in_memory(void)
{
	return (uintptr_t)&__stack_high <= (uintptr_t)&__global_base;
}

static size_t tell(void)
{
	long n = __syscall(SYS_prctl, PR_WALI, PR_WALI_STACK, __wali_stack_low, __wali_stack_high, 0);
	return n > 0 ? n : USUAL;
}

static void close_below(uintptr_t low)
{
	low &= -PAGESIZE;
	if (low > __wali_stack_low) __wali_stack_low = low;
	__syscall(SYS_mprotect, 0, __wali_stack_low, PROT_NONE);
}

/* As large as fits, with a page that catches overflow. */
static uintptr_t place(size_t size, size_t linked)
{
	for (; size > linked; size /= 2) {
		long map = __syscall(SYS_mmap, 0, size + PAGESIZE, PROT_READ|PROT_WRITE,
			MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE|MAP_STACK, -1, 0);
		if (map < 0) continue;
		__syscall(SYS_mprotect, map, PAGESIZE, PROT_NONE);
		__wali_stack_low = map + PAGESIZE;
		__wali_stack_high = __wali_stack_low + size;
		tell();
		return __wali_stack_high;
	}
	return 0;
}

uintptr_t __wali_stack_begin(void)
{
	__wali_stack_low = (uintptr_t)&__stack_low;
	__wali_stack_high = (uintptr_t)&__stack_high;
	int closes = is_first_in_memory();
	if (closes) __wali_stack_low += PAGESIZE;
	size_t linked = __wali_stack_high - (uintptr_t)&__stack_low;
	size_t size = tell();
	/* Other threads' stacks are as large by default, as glibc has it. */
	__default_stacksize = size >= UNLIMITED ? USUAL : size < 16384 ? 16384 : size & -PAGESIZE;
	uintptr_t top = size != USUAL && size > linked ? place(size, linked) : 0;
	if (closes && !top && size < linked && linked == USUAL) {
		close_below(__wali_stack_high - size);
		tell();
	} else if (closes) {
		__syscall(SYS_mprotect, 0, PAGESIZE, PROT_NONE);
	}
	return top;
}
