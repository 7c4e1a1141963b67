#include <string.h>
#include "wali_scan.h"

char *strchr(const char *s, int c)
{
	const char *found = scan_endless(s, block_of(c), SCAN_BYTE_OR_END);
	return *found == (char)c ? (char *)found : 0;
}
