/* The small runtime of -fsanitize-minimal-runtime: it tells the kind, and a place in the module. */
#include "ubsan.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_PLACES = 20, OWN_FRAMES = 2 };

static uint32_t places[MOST_PLACES]; /* that have been told; 0 behind the last */

/* False if the place was told before, or too many others were. */
static bool take(uint32_t place)
{
	for (int i = 0; i < MOST_PLACES; i++) {
		uint32_t none = 0;
		if (__atomic_compare_exchange_n(
				&places[i], &none, place, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return true;
		if (none == place) return false;
	}
	return false;
}

static __attribute__((__noinline__)) void tell(const char *kind, bool is_last)
{
	char text[128];
	void *frames[OWN_FRAMES + 1];
	const int count = backtrace(frames, OWN_FRAMES + 1);
	const uint32_t place = count > OWN_FRAMES ? (uint32_t)(uintptr_t)frames[OWN_FRAMES] : 1;
	if (take(place)) {
		const int n = snprintf(text, sizeof text, "ubsan: %s by 0x%08lx\n", kind, (unsigned long)place);
		write(STDERR_FILENO, text, n);
	}
	if (is_last) abort();
}

/* Both forms; `is_last`: that which returns elsewhere does not, either. */
#define MINIMAL(name, kind, is_last) \
	void __ubsan_handle_##name##_minimal(void); \
	__attribute__((__noinline__)) void __ubsan_handle_##name##_minimal(void) { tell(kind, is_last); } \
	void __ubsan_handle_##name##_minimal_abort(void); \
	__attribute__((__noinline__)) void __ubsan_handle_##name##_minimal_abort(void) { tell(kind, true); }

MINIMAL(type_mismatch, "type-mismatch", false)
MINIMAL(alignment_assumption, "alignment-assumption", false)
MINIMAL(add_overflow, "add-overflow", false)
MINIMAL(sub_overflow, "sub-overflow", false)
MINIMAL(mul_overflow, "mul-overflow", false)
MINIMAL(negate_overflow, "negate-overflow", false)
MINIMAL(divrem_overflow, "divrem-overflow", false)
MINIMAL(shift_out_of_bounds, "shift-out-of-bounds", false)
MINIMAL(out_of_bounds, "out-of-bounds", false)
MINIMAL(local_out_of_bounds, "local-out-of-bounds", false)
MINIMAL(builtin_unreachable, "builtin-unreachable", true)
MINIMAL(missing_return, "missing-return", true)
MINIMAL(vla_bound_not_positive, "vla-bound-not-positive", false)
MINIMAL(float_cast_overflow, "float-cast-overflow", false)
MINIMAL(load_invalid_value, "load-invalid-value", false)
MINIMAL(invalid_builtin, "invalid-builtin", false)
MINIMAL(function_type_mismatch, "function-type-mismatch", false)
MINIMAL(implicit_conversion, "implicit-conversion", false)
MINIMAL(nonnull_arg, "nonnull-arg", false)
MINIMAL(nonnull_return, "nonnull-return", false)
MINIMAL(nullability_arg, "nullability-arg", false)
MINIMAL(nullability_return, "nullability-return", false)
MINIMAL(pointer_overflow, "pointer-overflow", false)
