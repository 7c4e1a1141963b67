/* The raw profile: what the segments hold, behind a header. Counts of an earlier file may be added; the program's own
 * are left as they are, so that it may be written again. */
#include "profile.h"

#include <string.h>
#include <sys/mman.h>

enum { FIRST_ROOM = 1 << 16 };

__attribute__((__weak__)) uint64_t __llvm_profile_raw_version = VERSION;

SHARED uint64_t __llvm_profile_get_magic(void);
SHARED uint64_t __llvm_profile_get_version(void);
SHARED uint64_t __llvm_profile_get_size_for_buffer(void);
SHARED int __llvm_profile_write_buffer(char *);
SHARED void __llvm_profile_reset_counters(void);

void *__profile_new_pages(size_t size)
{
	void *const pages = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return pages == MAP_FAILED ? 0 : pages;
}

uint64_t __llvm_profile_get_magic(void)
{
	return 0xff6c70726f665281; /* \377 lprofR \201: of addresses of 32 bits */
}

uint64_t __llvm_profile_get_version(void)
{
	return __llvm_profile_raw_version;
}

size_t __profile_counter_size(void)
{
	return __llvm_profile_raw_version & IS_BYTES ? 1 : sizeof(uint64_t);
}

struct header __profile_header_of_this(void)
{
	return (struct header){
		.magic = __llvm_profile_get_magic(),
		.version = __llvm_profile_raw_version,
		.function_count = FUNCTION_COUNT,
		.counter_count = SIZE(cnts) / __profile_counter_size(),
		.padding_after_counters = PADDED(SIZE(cnts)) - SIZE(cnts),
		.bits_size = SIZE(bits),
		.padding_after_bits = PADDED(SIZE(bits)) - SIZE(bits),
		.names_size = SIZE(names),
		.counters_delta = (uint32_t)((uintptr_t)BEGIN(cnts) - (uintptr_t)BEGIN(data)),
		.bits_delta = (uint32_t)((uintptr_t)BEGIN(bits) - (uintptr_t)BEGIN(data)),
		.names_begin = (uintptr_t)BEGIN(names),
		.last_kind = KINDS - 1,
	};
}

size_t __profile_size_without_values(void)
{
	return sizeof(struct header) + SIZE(data) + PADDED(SIZE(cnts)) + PADDED(SIZE(bits)) + PADDED(SIZE(names));
}

/* Whether the file has the same functions at the same places, and is whole. */
bool __profile_is_of_this_program(struct earlier *old)
{
	const struct header ours = __profile_header_of_this();
	const struct function *const theirs = (const void *)(old->bytes + sizeof ours);
	if (old->size < __profile_size_without_values() || memcmp(old->bytes, &ours, sizeof ours)) return false;
	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		const struct function *const one = BEGIN(data) + i;
		if (theirs[i].name != one->name || theirs[i].hash != one->hash) return false;
		if (theirs[i].counters != one->counters || theirs[i].counter_count != one->counter_count) return false;
		if (memcmp(theirs[i].sites, one->sites, sizeof one->sites)) return false;
	}
	old->values = old->bytes + __profile_size_without_values();
	return __profile_has_all_values(old);
}

static bool has_room(struct image *image, size_t size)
{
	if (image->has_failed) return false;
	if (size <= image->room - image->size) return true;
	size_t room = image->room ? image->room : FIRST_ROOM;
	while (room - image->size < size) room *= 2;
	char *const pages = image->is_fixed ? 0 : __profile_new_pages(room);
	if (!pages) {
		image->has_failed = true;
		return false;
	}
	memcpy(pages, image->bytes, image->size);
	if (image->room) munmap(image->bytes, image->room);
	image->bytes = pages;
	image->room = room;
	return true;
}

void __profile_put(struct image *image, const void *bytes, size_t size)
{
	if (!has_room(image, size)) return;
	memcpy(image->bytes + image->size, bytes, size);
	image->size += size;
}

void __profile_free_image(struct image *image)
{
	if (image->room && !image->is_fixed) munmap(image->bytes, image->room);
}

/* A segment, up to the next multiple of 8. */
static char *put_padded(struct image *image, const void *bytes, size_t size)
{
	static const char zeros[8];
	const size_t place = image->size;
	__profile_put(image, bytes, size);
	__profile_put(image, zeros, PADDED(size) - size);
	return image->has_failed ? 0 : image->bytes + place;
}

static void add_counters(char *to, const char *from)
{
	if (__profile_counter_size() == 1) {
		for (size_t i = 0; i < SIZE(cnts); i++) to[i] &= from[i];
		return;
	}
	for (size_t i = 0; i < SIZE(cnts) / sizeof(uint64_t); i++) ((uint64_t *)to)[i] += ((const uint64_t *)from)[i];
}

void __profile_put_without_values(struct image *image, const struct earlier *old)
{
	const struct header header = __profile_header_of_this();
	const char *from = old ? old->bytes + sizeof header + SIZE(data) : 0;
	__profile_put(image, &header, sizeof header);
	__profile_put(image, BEGIN(data), SIZE(data));
	char *const counters = put_padded(image, BEGIN(cnts), SIZE(cnts));
	if (counters && from) add_counters(counters, from);
	char *const bits = put_padded(image, BEGIN(bits), SIZE(bits));
	if (bits && from)
		for (size_t i = 0; i < SIZE(bits); i++) bits[i] |= from[PADDED(SIZE(cnts)) + i];
	put_padded(image, BEGIN(names), SIZE(names));
}

void __profile_put_all(struct image *image, struct earlier *old)
{
	__profile_put_without_values(image, old);
	for (size_t i = 0; i < FUNCTION_COUNT; i++) __profile_put_values(image, BEGIN(data) + i, old);
}

/* As elsewhere, without values. */
uint64_t __llvm_profile_get_size_for_buffer(void)
{
	return __profile_size_without_values();
}

int __llvm_profile_write_buffer(char *bytes)
{
	struct image image = {.bytes = bytes, .room = __profile_size_without_values(), .is_fixed = true};
	__profile_put_without_values(&image, 0);
	return image.has_failed ? -1 : 0;
}

void __llvm_profile_reset_counters(void)
{
	memset(BEGIN(cnts), __profile_counter_size() == 1 ? 0xff : 0, SIZE(cnts));
	memset(BEGIN(bits), 0, SIZE(bits));
	for (size_t i = 0; i < FUNCTION_COUNT; i++) __profile_reset_values(BEGIN(data) + i);
	__profile_is_dumped = false;
}
