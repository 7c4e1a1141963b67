#ifndef WALI_FRAMES_H
#define WALI_FRAMES_H

#include <features.h>
#include <stddef.h>
#include <stdint.h>

/* The program's own module, as a file in memory. */
struct wali_module {
	const unsigned char *map, *start, *end;
};

/* A function of it: the name is not ended by a NUL. */
struct wali_function {
	const char *name;
	size_t length;
	uint32_t begin; /* offset of its body */
};

/* Where the caller's frames are, without the first `skip`. 0: the runtime cannot tell. */
hidden int __wali_frames(uint32_t *, int, int);

/* Async-signal-safe. The map is to be unmapped, from `map` to `end`. */
hidden int __wali_module_map(struct wali_module *);
hidden void __wali_module_unmap(struct wali_module *);
/* The function that has this offset in it. 0: none, or it has no name. */
hidden int __wali_function_at(const struct wali_module *, uint32_t, struct wali_function *);

#endif
