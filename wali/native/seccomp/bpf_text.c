/* The text: one digit for the flags, then 16 for each instruction (code, jt, jf, k), all
 * hexadecimal.  The longest fits into one argument of execve(2), which may have 128 KiB. */
#include "wali/native/seccomp/bpf_text.h"

#include "wali/native/seccomp/bpf.h"
#include "wali/native/seccomp/filters.h"

#include <string.h>

#define DIGITS 16 /* for each instruction */

static const char digits[] = "0123456789abcdef";

static char *put(char *to, uint64_t value, int count)
{
    for (int i = count; i-- > 0;) {
        *to++ = digits[value >> (4 * i) & 15];
    }
    return to;
}

size_t bpf_text_size(const struct seccomp_filter *filter)
{
    return strlen(SECCOMP_OPTION) + 1 + filter->length * (size_t)DIGITS + 1;
}

char *bpf_text_write(char *to, const struct seccomp_filter *filter)
{
    memcpy(to, SECCOMP_OPTION, strlen(SECCOMP_OPTION));
    to = put(to + strlen(SECCOMP_OPTION), filter->flags, 1);
    for (uint32_t i = 0; i < filter->length; i++) {
        const struct sock_filter *at = &filter->program[i];
        to = put(to, (uint64_t)at->code << 48 | (uint64_t)at->jt << 40 | (uint64_t)at->jf << 32 | at->k,
                 DIGITS);
    }
    *to = '\0';
    return to + 1;
}

/* Reads `count` digits.  False if there are fewer. */
static bool take(const char **from, uint64_t *value, int count)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*from)++) {
        const char *digit = **from == '\0' ? NULL : strchr(digits, **from);
        if (digit == NULL) {
            return false;
        }
        *value = *value << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

size_t bpf_text_read(const char *text, struct sock_filter *program, uint32_t *flags)
{
    uint64_t value;
    size_t length = 0;
    if (!take(&text, &value, 1)) {
        return 0;
    }
    *flags = (uint32_t)value;
    for (; *text != '\0'; length++) {
        if (length == SECCOMP_MOST_INSTRUCTIONS || !take(&text, &value, DIGITS)) {
            return 0;
        }
        program[length] = (struct sock_filter){
            .code = (uint16_t)(value >> 48),
            .jt = (uint8_t)(value >> 40),
            .jf = (uint8_t)(value >> 32),
            .k = (uint32_t)value,
        };
    }
    return length;
}
