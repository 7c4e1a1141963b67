/* Writes the trace's text into a buffer: numbers, names of constants, quoted bytes. */
#ifndef WALI_TRACE_TEXT_H
#define WALI_TRACE_TEXT_H

#include "abi/guest.h"
#include "syscalls/_generated/symbols.h"

#include <stdbool.h>

/* How the trace is to look: options of the command line (wali/native/calls/trace_options). */
struct trace_style {
    uint32_t most_text;  /* bytes of a string that are shown before "..." */
    int32_t zone;        /* seconds east of UTC */
    uint8_t hexadecimal; /* strings are written so: 1: those that are no text, 2: all */
    bool is_verbose;     /* structures are shown whole */
    bool shows_paths;    /* of descriptors */
};
extern struct trace_style trace_style __attribute__((visibility("hidden")));

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
    put_text(text, value != 0 ? "0x" : "");
    put_number(text, value, 16);
}

static inline void put_octal(struct text *text, uint64_t value)
{
    if (value != 0) {
        put(text, '0');
    }
    put_number(text, value, 8);
}

/* A mode of a file, as chmod(1) takes it. */
static inline void put_octal_mode(struct text *text, uint64_t mode)
{
    put_text(text, mode == 0 ? "00" : mode < 010 ? "0" : "");
    put_octal(text, mode);
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

/* Writes the path of a descriptor in angle brackets (trace_fd.c). */
void put_fd_path(struct text *text, int32_t fd) __attribute__((visibility("hidden")));

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

/* The first real-time signal of the kernel's, by whose distance the others are named. */
#define FIRST_REAL_TIME 32

/* A signal's name behind "SIG". */
static inline void put_short_signal(struct text *text, int64_t signo)
{
    if (signo == FIRST_REAL_TIME) {
        put_text(text, "RTMIN");
    } else if (signo > FIRST_REAL_TIME && signo <= 64) {
        put_member(text, "RT_", signo - FIRST_REAL_TIME);
    } else {
        put_text(text, symbol_of(&wali_symbols_signals, (uint64_t)signo) + sizeof "SIG" - 1);
    }
}

static inline void put_signal(struct text *text, int64_t signo)
{
    const bool is_known = (signo >= FIRST_REAL_TIME && signo <= 64) ||
                          symbol_of(&wali_symbols_signals, (uint64_t)signo) != NULL;
    if (signo > 0 && is_known) {
        put_text(text, "SIG");
        put_short_signal(text, signo);
    } else {
        put_signed(text, signo);
    }
}

/* A set of signals.  Of one that has most signals, those that it has not. */
static inline void put_signals(struct text *text, uint64_t set)
{
    bool any = false;
    if (__builtin_popcountll(set) > 32) {
        put(text, '~');
        set = ~set;
    }
    put(text, '[');
    for (int signo = 1; signo <= 64; signo++) {
        if (set >> (signo - 1) & 1) {
            put_text(text, any ? " " : "");
            put_short_signal(text, signo);
            any = true;
        }
    }
    put(text, ']');
}

/* Bytes. */

static inline bool is_printable(unsigned char c)
{
    return (c >= ' ' && c < 127) || (c >= '\t' && c <= '\r');
}

static inline void put_escaped_hex(struct text *text, const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put_text(text, "\\x");
        put(text, "0123456789abcdef"[bytes[i] >> 4]);
        put(text, "0123456789abcdef"[bytes[i] & 15]);
    }
}

/* One byte.  `next` is the byte behind it, or 0. */
static inline void put_escaped_byte(struct text *text, unsigned char c, unsigned char next)
{
    static const char letters[] = "\nn\tt\rr\vv\ff\\\\\"\"";
    for (const char *pair = letters; *pair != '\0'; pair += 2) {
        if ((unsigned char)pair[0] == c) {
            put(text, '\\');
            put(text, pair[1]);
            return;
        }
    }
    if (c >= ' ' && c < 127) {
        put(text, (char)c);
        return;
    }
    put(text, '\\');
    put_text(text, next >= '0' && next <= '9' && c < 64 ? (c < 8 ? "00" : "0") : "");
    put_number(text, c, 8);
}

/* Bytes without quotes.  `is_hex`: as -x writes those that are no text. */
static inline void put_escaped_bytes(struct text *text, const unsigned char *bytes, size_t n, bool is_hex)
{
    if (is_hex) {
        put_escaped_hex(text, bytes, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        put_escaped_byte(text, bytes[i], i + 1 < n ? bytes[i + 1] : 0);
    }
}

static inline bool is_shown_in_hex(const unsigned char *bytes, size_t n)
{
    bool is_text = true;
    for (size_t i = 0; i < n; i++) {
        is_text = is_text && is_printable(bytes[i]);
    }
    return trace_style.hexadecimal > 1 || (trace_style.hexadecimal == 1 && !is_text);
}

static inline void put_escaped(struct text *text, const unsigned char *bytes, size_t n)
{
    put(text, '"');
    put_escaped_bytes(text, bytes, n, is_shown_in_hex(bytes, n));
    put(text, '"');
}

#endif
