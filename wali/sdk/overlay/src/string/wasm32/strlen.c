#include <string.h>
#include "wali_scan.h"

size_t strlen(const char *s)
{
	return scan_endless(s, block_of(0), SCAN_END) - s;
}
