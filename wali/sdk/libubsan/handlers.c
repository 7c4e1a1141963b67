/* What instrumented code calls, in two forms: one that returns, and one that ends the program, for
 * -fno-sanitize-recover. */
#include "ubsan.h"

/* Both forms of a check, of the parameters in parentheses; `check` gets them and `is_last`. */
#define HANDLERS(name, parameters, check) \
	void __ubsan_handle_##name parameters; \
	void __ubsan_handle_##name parameters { const bool is_last = false; check; } \
	void __ubsan_handle_##name##_abort parameters; \
	void __ubsan_handle_##name##_abort parameters { const bool is_last = true; check; }

#define TEXT(type, handle) __ubsan_value_text((struct value){type, handle}, (char[VALUE_TEXT]){0})

struct type_mismatch {
	struct source_location at;
	const struct type_descriptor *type;
	uint8_t alignment; /* its logarithm */
	uint8_t access;
};

static void type_mismatch(struct type_mismatch *data, uintptr_t pointer, bool is_last)
{
	static const char *const accesses[] = {"load of", "store to", "reference binding to", "member access within",
		"member call on", "constructor call on", "downcast of", "downcast of", "upcast of",
		"cast to virtual base of", "_Nonnull binding to", "dynamic operation on"};
	const uintptr_t alignment = (uintptr_t)1 << data->alignment;
	const char *const access =
		data->access < sizeof accesses / sizeof *accesses ? accesses[data->access] : "access to";
	if (!pointer)
		__ubsan_report(&data->at, is_last, "%s null pointer of type %s", access, data->type->name);
	else if (pointer % alignment)
		__ubsan_report(&data->at, is_last, "%s misaligned address 0x%08lx for type %s, which requires %lu byte alignment",
			access, (unsigned long)pointer, data->type->name, (unsigned long)alignment);
	else
		__ubsan_report(&data->at, is_last, "%s address 0x%08lx with insufficient space for an object of type %s", access,
			(unsigned long)pointer, data->type->name);
}

HANDLERS(type_mismatch_v1, (struct type_mismatch * data, uintptr_t pointer), type_mismatch(data, pointer, is_last))

struct alignment_assumption {
	struct source_location at, assumed;
	const struct type_descriptor *type;
};

static void alignment_assumption(
	struct alignment_assumption *data, uintptr_t alignment, uintptr_t offset, bool is_last)
{
	if (offset)
		__ubsan_report(
			&data->at, is_last,
			"assumption of %lu byte alignment (with offset of %lu byte) for pointer of type %s failed",
			(unsigned long)alignment, (unsigned long)offset, data->type->name);
	else
		__ubsan_report(&data->at, is_last, "assumption of %lu byte alignment for pointer of type %s failed",
			(unsigned long)alignment, data->type->name);
}

HANDLERS(alignment_assumption,
	(struct alignment_assumption * data, uintptr_t pointer, uintptr_t alignment, uintptr_t offset),
	((void)pointer, alignment_assumption(data, alignment, offset, is_last)))

struct overflow {
	struct source_location at;
	const struct type_descriptor *type;
};

static void overflow(struct overflow *data, const char *sign, value_handle left, value_handle right, bool is_last)
{
	__ubsan_report(&data->at, is_last, "%s integer overflow: %s %s %s cannot be represented in type %s",
		__ubsan_value_is_signed(data->type) ? "signed" : "unsigned", TEXT(data->type, left), sign,
		TEXT(data->type, right), data->type->name);
}

#define OF_TWO (struct overflow * data, value_handle left, value_handle right)
HANDLERS(add_overflow, OF_TWO, overflow(data, "+", left, right, is_last))
HANDLERS(sub_overflow, OF_TWO, overflow(data, "-", left, right, is_last))
HANDLERS(mul_overflow, OF_TWO, overflow(data, "*", left, right, is_last))

static void negate_overflow(struct overflow *data, value_handle old, bool is_last)
{
	__ubsan_report(&data->at, is_last, "negation of %s cannot be represented in type %s%s", TEXT(data->type, old),
		data->type->name,
		__ubsan_value_is_signed(data->type) ? "; cast to an unsigned type to negate this value to itself" : "");
}

HANDLERS(negate_overflow, (struct overflow * data, value_handle old), negate_overflow(data, old, is_last))

static void divrem_overflow(struct overflow *data, value_handle left, value_handle right, bool is_last)
{
	if (__ubsan_value_is_minus_one((struct value){data->type, right}))
		__ubsan_report(&data->at, is_last, "division of %s by -1 cannot be represented in type %s",
			TEXT(data->type, left), data->type->name);
	else
		__ubsan_report(&data->at, is_last, "division by zero");
}

HANDLERS(divrem_overflow, OF_TWO, divrem_overflow(data, left, right, is_last))

struct shift {
	struct source_location at;
	const struct type_descriptor *left, *right;
};

static void shift_out_of_bounds(struct shift *data, value_handle left, value_handle right, bool is_last)
{
	const struct value value = {data->left, left}, by = {data->right, right};
	const unsigned bits = __ubsan_value_bits(data->left);
	if (__ubsan_value_is_negative(by))
		__ubsan_report(&data->at, is_last, "shift exponent %s is negative", TEXT(data->right, right));
	else if (__ubsan_value_positive(by) >= bits)
		__ubsan_report(&data->at, is_last, "shift exponent %s is too large for %u-bit type %s", TEXT(data->right, right),
			bits, data->left->name);
	else if (__ubsan_value_is_negative(value))
		__ubsan_report(&data->at, is_last, "left shift of negative value %s", TEXT(data->left, left));
	else
		__ubsan_report(&data->at, is_last, "left shift of %s by %s places cannot be represented in type %s",
			TEXT(data->left, left), TEXT(data->right, right), data->left->name);
}

HANDLERS(shift_out_of_bounds, (struct shift * data, value_handle left, value_handle right),
	shift_out_of_bounds(data, left, right, is_last))

struct bounds {
	struct source_location at;
	const struct type_descriptor *array, *index;
};

HANDLERS(out_of_bounds, (struct bounds * data, value_handle index),
	__ubsan_report(&data->at, is_last, "index %s out of bounds for type %s", TEXT(data->index, index), data->array->name))

struct plain {
	struct source_location at;
};

HANDLERS(local_out_of_bounds, (struct plain * data), __ubsan_report(&data->at, is_last, "access out of bounds"))

void __ubsan_handle_builtin_unreachable(struct plain *);
void __ubsan_handle_builtin_unreachable(struct plain *data)
{
	__ubsan_report(&data->at, true, "execution reached an unreachable program point");
}

void __ubsan_handle_missing_return(struct plain *);
void __ubsan_handle_missing_return(struct plain *data)
{
	__ubsan_report(&data->at, true, "execution reached the end of a value-returning function without returning a value");
}

struct typed {
	struct source_location at;
	const struct type_descriptor *type;
};

HANDLERS(vla_bound_not_positive, (struct typed * data, value_handle bound),
	__ubsan_report(&data->at, is_last, "variable length array bound evaluates to non-positive value %s",
		TEXT(data->type, bound)))

HANDLERS(load_invalid_value, (struct typed * data, value_handle value),
	__ubsan_report(&data->at, is_last, "load of value %s, which is not a valid value for type %s", TEXT(data->type, value),
		data->type->name))

HANDLERS(function_type_mismatch, (struct typed * data, uintptr_t function),
	__ubsan_report(&data->at, is_last, "call to function 0x%08lx through pointer to incorrect function type %s",
		(unsigned long)function, data->type->name))

struct float_cast {
	struct source_location at;
	const struct type_descriptor *from, *to;
};

HANDLERS(float_cast_overflow, (struct float_cast * data, value_handle from),
	__ubsan_report(&data->at, is_last, "%s is outside the range of representable values of type %s",
		TEXT(data->from, from), data->to->name))

struct conversion {
	struct source_location at;
	const struct type_descriptor *from, *to;
	uint8_t kind;
	uint32_t bit_field; /* bits; 0: it is none */
};

static void implicit_conversion(struct conversion *data, value_handle from, value_handle to, bool is_last)
{
	const bool from_signed = __ubsan_value_is_signed(data->from), to_signed = __ubsan_value_is_signed(data->to);
	const unsigned to_bits = data->bit_field ? data->bit_field : __ubsan_value_bits(data->to);
	__ubsan_report(&data->at, is_last,
		"implicit conversion from type %s of value %s (%u-bit, %ssigned) to type %s changed the value to %s (%u-bit%s, %ssigned)",
		data->from->name, TEXT(data->from, from), __ubsan_value_bits(data->from), from_signed ? "" : "un",
		data->to->name, TEXT(data->to, to), to_bits, data->bit_field ? " bitfield" : "",
		to_signed ? "" : "un");
}

HANDLERS(implicit_conversion, (struct conversion * data, value_handle from, value_handle to),
	implicit_conversion(data, from, to, is_last))

struct builtin {
	struct source_location at;
	uint8_t kind; /* 0 ctz, 1 clz, 2 assume */
};

static void invalid_builtin(struct builtin *data, bool is_last)
{
	if (data->kind == 2)
		__ubsan_report(&data->at, is_last, "assumption is violated during execution");
	else
		__ubsan_report(&data->at, is_last, "passing zero to %s, which is not a valid argument",
			data->kind == 0 ? "ctz()" : "clz()");
}

HANDLERS(invalid_builtin, (struct builtin * data), invalid_builtin(data, is_last))

struct nonnull_return {
	struct source_location attribute;
};

#define NULL_RETURNED "null pointer returned from function declared to never return null"
HANDLERS(nonnull_return_v1, (struct nonnull_return * data, struct source_location *at),
	((void)data, __ubsan_report(at, is_last, NULL_RETURNED)))
HANDLERS(nullability_return_v1, (struct nonnull_return * data, struct source_location *at),
	((void)data, __ubsan_report(at, is_last, NULL_RETURNED)))

struct nonnull_argument {
	struct source_location at, attribute;
	int number;
};

#define NULL_PASSED "null pointer passed as argument %d, which is declared to never be null"
HANDLERS(nonnull_arg, (struct nonnull_argument * data), __ubsan_report(&data->at, is_last, NULL_PASSED, data->number))
HANDLERS(nullability_arg, (struct nonnull_argument * data), __ubsan_report(&data->at, is_last, NULL_PASSED, data->number))

static void pointer_overflow(struct plain *data, uintptr_t base, uintptr_t result, bool is_last)
{
	const unsigned long from = base, to = result;
	if (!base && !result)
		__ubsan_report(&data->at, is_last, "applying zero offset to null pointer");
	else if (!base)
		__ubsan_report(&data->at, is_last, "applying non-zero offset %lu to null pointer", to);
	else if (!result)
		__ubsan_report(
			&data->at, is_last, "applying non-zero offset to non-null pointer 0x%08lx produced null pointer", from);
	else if (((intptr_t)base >= 0) != ((intptr_t)result >= 0))
		__ubsan_report(&data->at, is_last, "pointer index expression with base 0x%08lx overflowed to 0x%08lx", from, to);
	else if (base > result)
		__ubsan_report(&data->at, is_last, "addition of unsigned offset to 0x%08lx overflowed to 0x%08lx", from, to);
	else
		__ubsan_report(&data->at, is_last, "subtraction of unsigned offset from 0x%08lx overflowed to 0x%08lx", from, to);
}

HANDLERS(pointer_overflow, (struct plain * data, uintptr_t base, uintptr_t result),
	pointer_overflow(data, base, result, is_last))
