/* Reading the tables that the engine puts beside compiled code. */
#ifndef WALI_ENGINE_INTERNALS_TABLE_BYTES_H
#define WALI_ENGINE_INTERNALS_TABLE_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint32_t table_word(const uint8_t *bytes, uint64_t index)
{
    uint32_t word;
    memcpy(&word, bytes + 4 * index, sizeof word);
    return word;
}

/* A LEB128 number, unsigned; what is not there reads as 0. */
static inline uint64_t table_number(const uint8_t **at, const uint8_t *end)
{
    uint64_t value = 0;
    for (uint32_t shift = 0; *at < end && shift < 64; shift += 7) {
        const uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            break;
        }
    }
    return value;
}

/* The same, signed: the last byte's bit 6 is the sign. */
static inline int64_t table_signed(const uint8_t **at, const uint8_t *end)
{
    const uint8_t *const begin = *at;
    const uint64_t value = table_number(at, end);
    const uint64_t bits = 7 * (uint64_t)(*at - begin);
    const uint64_t sign = bits == 0 || bits > 63 ? 0 : value >> (bits - 1);
    return (int64_t)(sign != 0 ? value | ~UINT64_C(0) << bits : value);
}

#endif
