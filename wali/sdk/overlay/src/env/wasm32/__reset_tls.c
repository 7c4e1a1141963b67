#include "pthread_impl.h"
#include "wali_start.h"

/* The calling thread's thread-locals get their first values again, but for the
 * one that finds its structure. */
void __reset_tls()
{
	uintptr_t self = __wali_self;
	__wasm_init_tls(__builtin_wasm_tls_base());
	__wali_self = self;
}
