#include <features.h>
#include <stdint.h>
#include <string.h>
#include "wali_frames.h"

/* The part of <unwind.h> that walks and does not throw, for programs that show
 * their own frames. Weak: the C++ runtime may bring its own. */

struct _Unwind_Context {
	uint32_t at;
};
enum { NO_REASON = 0, FATAL_PHASE1_ERROR = 3, END_OF_STACK = 5 };
enum { CHUNK = 64 };

__attribute__((__weak__, __noinline__))
int _Unwind_Backtrace(int (*visit)(struct _Unwind_Context *, void *), void *argument)
{
	uint32_t frames[CHUNK];
	for (int done = 0;;) {
		int n = __wali_frames(frames, CHUNK, done + 1);
		for (int i = 0; i < n; i++) {
			struct _Unwind_Context context = { frames[i] };
			int reason = visit(&context, argument);
			if (reason != NO_REASON) return reason == END_OF_STACK ? END_OF_STACK : FATAL_PHASE1_ERROR;
		}
		if (n < CHUNK) return END_OF_STACK;
		done += n;
	}
}

__attribute__((__weak__)) uintptr_t _Unwind_GetIP(struct _Unwind_Context *context)
{
	return context->at;
}

/* What a frame tells is where its call is, not what comes behind the call. */
__attribute__((__weak__)) uintptr_t _Unwind_GetIPInfo(struct _Unwind_Context *context, int *before)
{
	*before = 1;
	return context->at;
}

__attribute__((__weak__)) uintptr_t _Unwind_GetCFA(struct _Unwind_Context *context)
{
	return 0;
}

__attribute__((__weak__)) void *_Unwind_FindEnclosingFunction(void *at)
{
	struct wali_module module;
	struct wali_function function;
	if (!__wali_module_map(&module)) return 0;
	int found = __wali_function_at(&module, (uintptr_t)at, &function);
	__wali_module_unmap(&module);
	return found ? (void *)(uintptr_t)function.begin : 0;
}
