#include <features.h>

__attribute__((__import_module__("wali"), __import_name__("longjmp")))
_Noreturn void __wali_longjmp(void *, int);

/* For callers that declare it themselves; the frame that is left over does not
 * matter to one that is never returned to. */
_Noreturn void longjmp(void *buf, int val)
{
	__wali_longjmp(buf, val);
}

weak_alias(longjmp, _longjmp);
