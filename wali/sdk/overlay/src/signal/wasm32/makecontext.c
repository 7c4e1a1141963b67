#include <ucontext.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0x656b616d696c6177 /* "walimake" */

/* What the runtime begins the context with. */
struct made {
	uint64_t magic;
	void (*function)();
	uint32_t argc;
	void (*at_end)(void);
	void *link, *stack;
	uint32_t size;
	char args[8*28];
};

_Static_assert(sizeof(struct made) == sizeof(mcontext_t), "all of it");

/* As glibc does it, whatever the thread. */
static void at_end(void)
{
	exit(0);
}

/* Each argument lies where the compiler has put it, by its own size; the
 * runtime reads them by the function's type. What lies behind them is read,
 * too, and not used. */
void makecontext(ucontext_t *u, void (*function)(), int argc, ...)
{
	struct made *m = (void *)&u->uc_mcontext;
	size_t n = argc < 0 ? 0 : 8*argc;
	va_list ap;
	va_start(ap, argc);
	m->magic = MAGIC;
	m->function = function;
	m->argc = argc < 0 ? 0 : argc;
	m->at_end = at_end;
	m->link = u->uc_link;
	m->stack = u->uc_stack.ss_sp;
	m->size = u->uc_stack.ss_size;
	if (n) memcpy(m->args, ap, n < sizeof m->args ? n : sizeof m->args);
	va_end(ap);
}
