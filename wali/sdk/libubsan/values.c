/* Values that the instrumented code hands over, by their types. */
#include "ubsan.h"

#include <stdio.h>
#include <string.h>

enum { HANDLE_BITS = 8 * sizeof(value_handle) };

bool __ubsan_value_is_signed(const struct type_descriptor *type)
{
	return (type->kind == KIND_INTEGER || type->kind == KIND_BIT_INTEGER) && (type->info & 1);
}

/* The size that the value is stored in. */
static unsigned stored_bits(const struct type_descriptor *type)
{
	return type->kind == KIND_FLOAT ? type->info : 1u << (type->info >> 1);
}

unsigned __ubsan_value_bits(const struct type_descriptor *type)
{
	uint32_t bits;
	if (type->kind != KIND_BIT_INTEGER) return stored_bits(type);
	memcpy(&bits, type->name + strlen(type->name) + 1, sizeof bits); /* behind the name, not aligned */
	return bits;
}

static bool is_integer(const struct type_descriptor *type)
{
	return (type->kind == KIND_INTEGER || type->kind == KIND_BIT_INTEGER) && __ubsan_value_bits(type) <= 128;
}

/* The value of an integer, its sign spread over all bits. */
static unsigned __int128 integer_of(struct value value)
{
	const unsigned bits = __ubsan_value_bits(value.type);
	unsigned __int128 number = 0;
	if (stored_bits(value.type) <= HANDLE_BITS) number = value.handle;
	else memcpy(&number, (const void *)value.handle, stored_bits(value.type) / 8);
	if (bits < 128) {
		const unsigned __int128 sign = (unsigned __int128)1 << (bits - 1);
		number &= (sign << 1) - 1;
		if (__ubsan_value_is_signed(value.type)) number = (number ^ sign) - sign;
	}
	return number;
}

bool __ubsan_value_is_negative(struct value value)
{
	return is_integer(value.type) && __ubsan_value_is_signed(value.type) && (__int128)integer_of(value) < 0;
}

bool __ubsan_value_is_minus_one(struct value value)
{
	return __ubsan_value_is_negative(value) && integer_of(value) == ~(unsigned __int128)0;
}

uint64_t __ubsan_value_positive(struct value value)
{
	const unsigned __int128 number = is_integer(value.type) ? integer_of(value) : ~(unsigned __int128)0;
	return number > UINT64_MAX ? UINT64_MAX : (uint64_t)number;
}

static long double float_of(struct value value)
{
	float f;
	double d;
	long double l;
	const unsigned bits = stored_bits(value.type);
	const void *const place = bits <= HANDLE_BITS ? (const void *)&value.handle : (const void *)value.handle;
	if (bits == 32) return memcpy(&f, place, sizeof f), f;
	if (bits == 64) return memcpy(&d, place, sizeof d), d;
	return memcpy(&l, place, sizeof l), l;
}

const char *__ubsan_value_text(struct value value, char text[VALUE_TEXT])
{
	if (is_integer(value.type)) {
		const unsigned __int128 number = integer_of(value);
		const bool is_signed = __ubsan_value_is_signed(value.type);
		if (is_signed && (__int128)number == (int64_t)number)
			snprintf(text, VALUE_TEXT, "%lld", (long long)number);
		else if (!is_signed && number <= UINT64_MAX)
			snprintf(text, VALUE_TEXT, "%llu", (unsigned long long)number);
		else
			snprintf(text, VALUE_TEXT, "0x%016llx%016llx", (unsigned long long)(number >> 64),
				(unsigned long long)number);
	} else if (value.type->kind == KIND_FLOAT && (stored_bits(value.type) == 32 || stored_bits(value.type) == 64 ||
			stored_bits(value.type) == 128)) {
		snprintf(text, VALUE_TEXT, "%Lg", float_of(value));
	} else {
		snprintf(text, VALUE_TEXT, "<unknown>");
	}
	return text;
}
