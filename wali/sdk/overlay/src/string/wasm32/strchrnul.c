#include <string.h>
#include "wali_scan.h"

char *__strchrnul(const char *s, int c)
{
	return (char *)scan_endless(s, block_of(c), SCAN_BYTE_OR_END);
}

weak_alias(__strchrnul, strchrnul);
