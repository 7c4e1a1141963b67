#define _BSD_SOURCE
#include <string.h>

size_t strlcpy(char *d, const char *s, size_t n)
{
	size_t length = strlen(s);
	if (n) {
		size_t room = length < n ? length : n - 1;
		memcpy(d, s, room);
		d[room] = 0;
	}
	return length;
}
