/* The runtime of -fsanitize=undefined: what code that clang has instrumented calls when it finds undefined
 * behaviour. Messages and options are those of the sanitizer elsewhere. */
#ifndef WALI_UBSAN_H
#define WALI_UBSAN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* What is not clang's interface has a reserved name, too: the program is linked with it. */
#define HIDDEN __attribute__((__visibility__("hidden")))

/* As clang lays them out. */
struct source_location {
	const char *file; /* NULL: not known */
	uint32_t line, column; /* column: all bits set once it has been reported */
};

struct type_descriptor {
	uint16_t kind; /* KIND_... */
	uint16_t info; /* of integers, twice the logarithm of the bits, plus one if signed; of floats, the bits */
	char name[]; /* in quotes */
};

enum { KIND_INTEGER = 0, KIND_FLOAT = 1, KIND_BIT_INTEGER = 2, KIND_UNKNOWN = 0xffff };

/* A value that fits is in the bits of the pointer, else behind it. */
typedef uintptr_t value_handle;

struct value {
	const struct type_descriptor *type;
	value_handle handle;
};

/* values.c */
HIDDEN bool __ubsan_value_is_signed(const struct type_descriptor *);
HIDDEN unsigned __ubsan_value_bits(const struct type_descriptor *);
HIDDEN bool __ubsan_value_is_negative(struct value);
HIDDEN bool __ubsan_value_is_minus_one(struct value);
/* What does not fit is all bits set. */
HIDDEN uint64_t __ubsan_value_positive(struct value);
enum { VALUE_TEXT = 64 };
/* Writes the value as text, and returns that. */
HIDDEN const char *__ubsan_value_text(struct value, char text[VALUE_TEXT]);

/* report.c */
/* Writes "file:line:column: runtime error: ..." to stderr, once for each location, and ends the program if
 * `is_last` or UBSAN_OPTIONS say so. */
HIDDEN void __ubsan_report(struct source_location *, bool is_last, const char *, ...)
	__attribute__((__format__(__printf__, 3, 4)));

#endif
