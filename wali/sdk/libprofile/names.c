/* The name of the file: a pattern with %p (process), %h (host), %t ($TMPDIR/), %m or %4m (one file, or four, to which
 * processes of the same program add), %15x (a signal by which the program is to exit). What else stands behind a % is
 * left out. */
#include "profile.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* What stands behind a %: the letter, and the number before it. Moved behind them. */
static char directive(const char **at, unsigned *number)
{
	*number = 0;
	while (**at >= '0' && **at <= '9' && *number < 10000) *number = *number * 10 + (unsigned)(*(*at)++ - '0');
	return **at ? *(*at)++ : 0;
}

static char next_directive(const char **at, unsigned *number)
{
	*at = strchr(*at, '%');
	if (!*at) return 0;
	++*at;
	return directive(at, number);
}

bool __profile_merges(const char *pattern)
{
	unsigned number;
	char letter;
	while ((letter = next_directive(&pattern, &number)))
		if (letter == 'm') return true;
	return false;
}

static void leave(int number)
{
	(void)number;
	exit(0);
}

void __profile_exit_by_signals(const char *pattern)
{
	unsigned number;
	char letter;
	while ((letter = next_directive(&pattern, &number))) {
		struct sigaction action = {.sa_handler = leave};
		if (letter == 'c') __profile_complain("%%c: files that are written while the program runs there are not");
		if (letter != 'x') continue;
		if (number == 0 || sigaction((int)number, &action, 0)) __profile_complain("%%%ux: no such signal", number);
	}
}

/* One number for each program: of the names of its functions, and of what they look like. */
static uint64_t signature(void)
{
	uint64_t state = 0xcbf29ce484222325;
	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		const struct function *const one = BEGIN(data) + i;
		state = (state ^ one->name ^ one->hash << 1 ^ one->counter_count) * 0x100000001b3;
		state ^= state >> 29;
	}
	return (state ^ SIZE(names) ^ __llvm_profile_raw_version) * 0x100000001b3;
}

bool __profile_expand(const char *pattern, char *path, size_t room)
{
	size_t used = 0;
	for (const char *at = pattern; *at;) {
		int more = 0;
		unsigned number;
		struct utsname host;
		const char *const folder = getenv("TMPDIR");
		if (*at != '%') {
			more = snprintf(path + used, room - used, "%c", *at++);
		} else {
			at++;
			switch (directive(&at, &number)) {
			case 'p': more = snprintf(path + used, room - used, "%ld", (long)getpid()); break;
			case 'h':
				if (uname(&host)) return false;
				more = snprintf(path + used, room - used, "%s", host.nodename);
				break;
			case 't':
				if (!folder) return false;
				more = snprintf(path + used, room - used, "%s/", folder);
				break;
			case 'm':
				more = snprintf(path + used, room - used, "%llu_%u", (unsigned long long)signature(),
				                (unsigned)getpid() % (number ? number : 1));
				break;
			default: break;
			}
		}
		used += (size_t)more;
		if (more < 0 || used >= room) return false;
	}
	path[used] = 0;
	return used > 0;
}
