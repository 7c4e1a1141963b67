#include "wali/native/base/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LONGEST_ESCAPE sizeof "\\U0010ffff"

/* What is not shown itself, but changes how the rest is: the categories Cc, Cf, Zl and Zp of
 * Unicode 16, UnicodeData.txt.  Among them are those that turn the direction of writing, with which
 * a name looks like another one. */
static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
    {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x180e, 0x180e},
    {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},
    {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
    {0xe0000, 0xe007f},
};

static bool is_hidden(uint32_t character)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (character >= hidden[i].first && character <= hidden[i].last) {
            return true;
        }
    }
    return false;
}

/* The length of the UTF-8 sequence at text[length], which becomes *character; 0 if there is none
 * (RFC 3629, section 4). */
static size_t decode(const unsigned char *text, size_t length, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char lead = text[0];
    const size_t size = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size == 0 || lead > 0xf4 || size > length) {
        return 0;
    }
    *character = size == 1 ? lead : lead & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        *character = *character << 6 | (text[i] & 0x3f);
    }
    const bool surrogate = *character >= 0xd800 && *character < 0xe000;
    return *character < least[size] || *character > 0x10ffff || surrogate ? 0 : size;
}

static size_t escape(char *out, uint32_t character, bool is_byte)
{
    static const char letters[] = "\nn\tt\rr";
    const char *letter = character < ' ' && character != 0 ? strchr(letters, (char)character) : NULL;
    if (letter != NULL) {
        return (size_t)sprintf(out, "\\%c", letter[1]);
    }
    const char *format = is_byte || character < 0x80 ? "\\x%02x"
                         : character < 0x10000       ? "\\u%04x"
                                                     : "\\U%08x";
    return (size_t)sprintf(out, format, character);
}

size_t wali_printable(const char *text, size_t length, char *out, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)text;
    char escaped[LONGEST_ESCAPE];
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        uint32_t character = bytes[at];
        size_t taken = decode(bytes + at, length - at, &character);
        const bool plain = taken > 0 && !is_hidden(character);
        const size_t n = plain ? taken : escape(escaped, taken > 0 ? character : bytes[at], taken == 0);
        if (n + 1 > size - used) {
            break;
        }
        memcpy(out + used, plain ? text + at : escaped, n);
        used += n;
        at += taken > 0 ? taken : 1;
    }
    out[used] = '\0';
    return used;
}
