/* Writes the trace's text into a buffer: numbers, names of constants, quoted bytes. */
#ifndef WALI_TRACE_TEXT_H
#define WALI_TRACE_TEXT_H

#include "abi/guest.h"
#include "syscalls/_generated/symbols.h"

/* The free part of a buffer.  Text that does not fit is dropped.  The buffer has room for a newline
 * behind `end`. */
struct text {
    char *at;
    char *end;
};

static inline void put(struct text *text, char c)
{
    if (text->at < text->end) {
        *text->at++ = c;
    }
}

static inline void put_text(struct text *text, const char *s)
{
    while (*s != '\0') {
        put(text, *s++);
    }
}

static inline void put_number(struct text *text, uint64_t value, unsigned base)
{
    char digits[24];
    size_t n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (n > 0) {
        put(text, digits[--n]);
    }
}

static inline void put_signed(struct text *text, int64_t value)
{
    if (value < 0) {
        put(text, '-');
    }
    put_number(text, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

static inline void put_hex(struct text *text, uint64_t value)
{
    put_text(text, "0x");
    put_number(text, value, 16);
}

static inline void put_octal(struct text *text, uint64_t value)
{
    if (value != 0) {
        put(text, '0');
    }
    put_number(text, value, 8);
}

static inline void put_address(struct text *text, gaddr_t a)
{
    if (a.v == 0) {
        put_text(text, "NULL");
    } else {
        put_hex(text, a.v);
    }
}

static inline void put_member(struct text *text, const char *name, int64_t value)
{
    put_text(text, name);
    put_signed(text, value);
}

/* Symbols. */

static inline const char *symbol_of(const struct wali_symbols *symbols, uint64_t value)
{
    for (size_t i = 0; i < symbols->count; i++) {
        if ((uint32_t)symbols->all[i].value == (uint32_t)value) {
            return symbols->all[i].name;
        }
    }
    return NULL;
}

static inline void put_choice(struct text *text, const struct wali_symbols *symbols, int64_t value)
{
    const char *name = symbol_of(symbols, (uint64_t)value);
    if (name != NULL) {
        put_text(text, name);
    } else {
        put_signed(text, value);
    }
}

static inline void put_flags(struct text *text, const struct wali_symbols *symbols, uint64_t value)
{
    const uint64_t number = value & symbols->number_mask;
    uint64_t rest = value & ~symbols->number_mask;
    bool any = false;
    if (symbols->number_mask != 0 || value == 0) {
        const char *name = symbol_of(symbols, number);
        if (name != NULL) {
            put_text(text, name);
        } else {
            put_number(text, number, 10);
        }
        any = true;
    }
    for (size_t i = 0; i < symbols->count && rest != 0; i++) {
        const uint64_t bits = symbols->all[i].value & ~symbols->number_mask;
        if (bits != 0 && (rest & bits) == bits) {
            put_text(text, any ? "|" : "");
            put_text(text, symbols->all[i].name);
            rest &= ~bits;
            any = true;
        }
    }
    if (rest != 0) {
        put_text(text, any ? "|" : "");
        put_hex(text, rest);
    }
}

static inline void put_signal(struct text *text, int64_t signo)
{
    if (signo >= 32 && signo <= 64) {
        put_member(text, "SIGRT_", signo - 32);
    } else if (signo == 0) {
        put(text, '0');
    } else {
        put_choice(text, &wali_symbols_signals, signo);
    }
}

/* Bytes. */

static inline void put_escaped(struct text *text, const unsigned char *bytes, size_t n)
{
    static const char letters[] = "\n\nt\tr\r\\\\\"\"";
    put(text, '"');
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = bytes[i];
        const char *found = NULL;
        for (const char *pair = letters; *pair != '\0'; pair += 2) {
            found = (unsigned char)pair[1] == c ? pair : found;
        }
        if (found != NULL) {
            put(text, '\\');
            put(text, *found == '\n' ? 'n' : *found);
        } else if (c >= ' ' && c < 127) {
            put(text, (char)c);
        } else {
            const bool digit_follows = i + 1 < n && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
            put(text, '\\');
            put_text(text, digit_follows && c < 64 ? (c < 8 ? "00" : "0") : "");
            put_number(text, c, 8);
        }
    }
    put(text, '"');
}

#endif
