/* glibc's names of errors and what they mean, apart from the locale. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include "locale_impl.h"

static const char *const names[] = {
#define E(n, s) [n] = #n,
#include "../__strerror.h"
#undef E
};

const char *strerrorname_np(int number)
{
	return number >= 0 && number < sizeof names / sizeof *names ? names[number] : 0;
}

const char *strerrordesc_np(int number)
{
	return strerrorname_np(number) ? strerror_l(number, C_LOCALE) : 0;
}
