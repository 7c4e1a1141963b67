/* setjmp by wasm exceptions, for programs compiled with -mwali-sjlj=wasm: the
 * compiler turns a call of setjmp into __wasm_setjmp, and catches the tag
 * __c_longjmp in every function that has one. */

#include <features.h>
#include <setjmp.h>
#include <stdint.h>

#define TAG_C_LONGJMP 1

/* Layout agreed with the compiler only in its last part: the handler reads env
 * and val through the pointer that is thrown. */
struct target {
	void *invocation;
	uint32_t label;
	struct {
		void *env;
		int val;
	} thrown;
};

_Static_assert(sizeof(struct target) <= sizeof(__jmp_buf), "fits jmp_buf");

void __wasm_setjmp(void *env, uint32_t label, void *invocation)
{
	struct target *t = env;
	t->label = label;
	t->invocation = invocation;
}

/* The label of the setjmp call if env was set in this invocation, else 0. */
uint32_t __wasm_setjmp_test(void *env, void *invocation)
{
	struct target *t = env;
	return t->label && t->invocation == invocation ? t->label : 0;
}

void __wasm_longjmp(void *env, int val)
{
	struct target *t = env;
	t->thrown.env = env;
	t->thrown.val = val ? val : 1;
	__builtin_wasm_throw(TAG_C_LONGJMP, &t->thrown);
}
