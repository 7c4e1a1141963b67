#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "wali_frames.h"

/* A pointer has the 32 bits of an offset. Without the frame of this function. */
__attribute__((__noinline__)) int backtrace(void **frames, int size)
{
	return __wali_frames((uint32_t *)frames, size, 1);
}

enum { LONGEST = 256 };

/* One line as glibc has them, without its end: program(function+0x1f) [0x12f]. */
static size_t describe(char line[LONGEST], const struct wali_module *m, uint32_t at)
{
	struct wali_function f;
	int n = snprintf(line, LONGEST / 2, "%s(", program_invocation_name ? program_invocation_name : "");
	if (n < 0 || n >= LONGEST / 2) n = 0, line[n++] = '(';
	if (m && __wali_function_at(m, at, &f)) {
		size_t most = LONGEST - n - 40;
		size_t length = f.length < most ? f.length : most;
		memcpy(line + n, f.name, length);
		n += length;
		n += snprintf(line + n, LONGEST - n, "+0x%x", (unsigned)(at - f.begin));
	}
	return n + snprintf(line + n, LONGEST - n, ") [0x%x]", (unsigned)at);
}

char **backtrace_symbols(void *const *frames, int size)
{
	struct wali_module module;
	int mapped = size > 0 && __wali_module_map(&module);
	size_t used = 0, count = size > 0 ? size : 0;
	char line[LONGEST];
	for (size_t i = 0; i < count; i++)
		used += describe(line, mapped ? &module : 0, (uintptr_t)frames[i]) + 1;
	char **lines = malloc(count * sizeof *lines + used + 1);
	char *text = lines ? (char *)(lines + count) : 0;
	for (size_t i = 0; lines && i < count; i++) {
		size_t length = describe(line, mapped ? &module : 0, (uintptr_t)frames[i]);
		lines[i] = memcpy(text, line, length);
		text[length] = 0;
		text += length + 1;
	}
	if (mapped) __wali_module_unmap(&module);
	return lines;
}

void backtrace_symbols_fd(void *const *frames, int size, int fd)
{
	struct wali_module module;
	int mapped = size > 0 && __wali_module_map(&module);
	char line[LONGEST + 1];
	for (int i = 0; i < size; i++) {
		size_t length = describe(line, mapped ? &module : 0, (uintptr_t)frames[i]);
		line[length++] = '\n';
		write(fd, line, length);
	}
	if (mapped) __wali_module_unmap(&module);
}
