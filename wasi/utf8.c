#include "wasi/utf8.h"

/* The bytes of one character as UTF-8 has them (RFC 3629), or 0. */
static size_t character(const unsigned char *text, size_t left)
{
    static const struct {
        unsigned char first, last;     /* of the first byte */
        unsigned char lowest, highest; /* of the second one */
        unsigned char length;
    } forms[] = {
        {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const size_t length = forms[i].length;
        if (text[0] < forms[i].first || text[0] > forms[i].last) {
            continue;
        }
        if (length > left || (length > 1 && (text[1] < forms[i].lowest || text[1] > forms[i].highest))) {
            return 0;
        }
        for (size_t k = 2; k < length; k++) {
            if ((text[k] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
    return 0;
}

bool is_utf8(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        const size_t step = character((const unsigned char *)text + at, length - at);
        if (step == 0) {
            return false;
        }
        at += step;
    }
    return true;
}
