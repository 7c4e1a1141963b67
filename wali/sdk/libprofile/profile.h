/* Profiles by counters: -fprofile-generate, -fprofile-instr-generate, -fcoverage-mapping. What the compiler leaves in
 * the module's data, and the file that llvm-profdata reads. Both are LLVM 22's: version 10 of the raw form.
 *
 * The compiler makes a record for each function, its counters, and a list of names; the linker joins those of all
 * objects, each kind in a segment of its own, and tells begin and end of it, or 0 without any. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARED __attribute__((__visibility__("default")))

enum { CALL_TARGETS, SIZES, VTABLES, KINDS }; /* of values */
enum { MOST_VALUES = 255 };                   /* of one site: a byte counts them in the file */
enum { VERSION = 10 };
/* Beside the number in the version: what the compiler was told. */
#define IS_BYTES (1ull << 60) /* a counter is a byte: 0 as soon as the code has run */

struct value {
	uint64_t value, count;
	struct value *next;
};

struct function {
	uint64_t name, hash;
	int32_t counters, bits; /* distances from this record */
	uint32_t address;
	struct value **values; /* a list for each site; those of one kind follow another's */
	uint32_t counter_count;
	uint16_t sites[KINDS];
	uint32_t bits_size;
};

_Static_assert(sizeof(struct function) == 48, "as the compiler lays it out");

struct header {
	uint64_t magic, version, ids_size;
	uint64_t function_count, padding_before_counters;
	uint64_t counter_count, padding_after_counters;
	uint64_t bits_size, padding_after_bits;
	uint64_t names_size;
	uint64_t counters_delta, bits_delta, names_begin; /* addresses */
	uint64_t vtable_count, vtable_names_size;
	uint64_t last_kind;
};

/* In the file: of each function that has sites, then of each kind that it has. */
struct values_header {
	uint32_t size, kind_count;
};

struct kind_header {
	uint32_t kind, site_count; /* then a byte for each site, up to a multiple of 8, and the pairs */
};

struct pair {
	uint64_t value, count;
};

#define SEGMENT(type, name)                                                                  \
	extern type __start___llvm_prf_##name[] __attribute__((__weak__, __visibility__("hidden"))); \
	extern type __stop___llvm_prf_##name[] __attribute__((__weak__, __visibility__("hidden")))

SEGMENT(struct function, data);
SEGMENT(char, cnts);
SEGMENT(char, bits);
SEGMENT(const char, names);
SEGMENT(struct value, vnds);

#define BEGIN(name) __start___llvm_prf_##name
#define SIZE(name) ((size_t)((const char *)__stop___llvm_prf_##name - (const char *)__start___llvm_prf_##name))
#define FUNCTION_COUNT (SIZE(data) / sizeof(struct function))
#define PADDED(size) (((size) + 7) & ~(size_t)7)

/* Bytes that are to be written. */
struct image {
	char *bytes;
	size_t size, room;
	bool is_fixed; /* `bytes` are the caller's; else pages that grow */
	bool has_failed;
};

/* An earlier file of this program, of which counts are added. */
struct earlier {
	const char *bytes;
	size_t size;
	const char *values; /* where those of the next function begin */
};

/* All names begin so that no program has them. */
extern bool __profile_is_dumped;
extern uint64_t __llvm_profile_raw_version;
extern char __llvm_profile_filename[];

size_t __profile_counter_size(void);
struct header __profile_header_of_this(void);
size_t __profile_size_without_values(void);
bool __profile_is_of_this_program(struct earlier *);
bool __profile_has_all_values(const struct earlier *);
void __profile_put(struct image *, const void *, size_t);
void __profile_put_all(struct image *, struct earlier *);
void __profile_put_without_values(struct image *, const struct earlier *);
void __profile_put_values(struct image *, const struct function *, struct earlier *);
void __profile_free_image(struct image *);
void *__profile_new_pages(size_t);
void __profile_reset_values(const struct function *);

/* Names of files, as LLVM_PROFILE_FILE gives them. */
bool __profile_expand(const char *pattern, char *path, size_t room);
bool __profile_merges(const char *pattern);
void __profile_exit_by_signals(const char *pattern);
void __profile_complain(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
