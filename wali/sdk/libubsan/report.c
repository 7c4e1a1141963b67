/* Telling what was found: one write for each, so that those of several threads do not mix. */
#include "ubsan.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 1024, MOST_FRAMES = 64 };

/* The number that UBSAN_OPTIONS gives the option, as in "halt_on_error=1:print_stacktrace=1". */
static int option(const char *name, int otherwise)
{
	const size_t length = strlen(name);
	const char *at = getenv("UBSAN_OPTIONS");
	int value = otherwise;
	while (at && *at) {
		at += strspn(at, ":, \t\n");
		if (strncmp(at, name, length) == 0 && at[length] == '=') {
			const char *const text = at + length + 1;
			value = *text == 't' || *text == 'y' ? 1 : atoi(text);
		}
		at += strcspn(at, ":, \t\n");
	}
	return value;
}

/* False if it was reported before. */
static bool take(struct source_location *at)
{
	return __atomic_exchange_n(&at->column, UINT32_MAX, __ATOMIC_RELAXED) != UINT32_MAX;
}

/* The frames of the program, without those of this library. */
static void write_frames(void)
{
	void *frames[MOST_FRAMES];
	const int count = backtrace(frames, MOST_FRAMES);
	if (count > 2) backtrace_symbols_fd(frames + 2, count - 2, STDERR_FILENO);
}

static _Noreturn void end(void)
{
	if (option("abort_on_error", 0)) abort();
	_exit(option("exitcode", 1));
}

void __ubsan_report(struct source_location *at, bool is_last, const char *format, ...)
{
	char text[LONGEST];
	const uint32_t column = at->column;
	va_list arguments;
	if (take(at)) {
		int n = snprintf(text, LONGEST / 2, "%s:%u:", at->file ? at->file : "<unknown>", (unsigned)at->line);
		if (n >= LONGEST / 2) n = LONGEST / 2 - 1;
		if (column) n += snprintf(text + n, LONGEST - n, "%u:", (unsigned)column);
		n += snprintf(text + n, LONGEST - n, " runtime error: ");
		va_start(arguments, format);
		n += vsnprintf(text + n, LONGEST - 1 - n, format, arguments);
		va_end(arguments);
		if (n > LONGEST - 2) n = LONGEST - 2;
		text[n++] = '\n';
		write(STDERR_FILENO, text, n);
		if (option("print_stacktrace", 0)) write_frames();
		if (option("halt_on_error", 0)) end();
	}
	if (is_last) end();
}
