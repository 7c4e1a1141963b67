/* A wasm global per thread, __tls_base, finds this variable. */
extern hidden _Thread_local uintptr_t __wali_self;

static inline uintptr_t __get_tp(void)
{
	return __wali_self;
}
