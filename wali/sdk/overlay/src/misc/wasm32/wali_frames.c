#include "syscall.h"
#include "wali_frames.h"
#include "wali_start.h"

/* One more: this function's. */
int __wali_frames(uint32_t *to, int most, int skip)
{
	long n = most > 0 ? __syscall(SYS_prctl, PR_WALI, PR_WALI_BACKTRACE, to, most, skip + 1) : 0;
	return n > 0 ? n : 0;
}
