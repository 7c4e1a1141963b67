#include "interpreter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define LONG_AGO 1000000000 /* times before it were set by the program, later ones are the clock's */

static unsigned digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* fill PLACE HEX: bytes; word PLACE WIDTH VALUE: a number of the program's, or an address; paint PLACE
 * LENGTH: bytes of 0xaa; iov PLACE (PLACE LENGTH)...; path PLACE LENGTH: a name of so many letters. */
bool do_place(const struct line *line)
{
    unsigned char *const at = line->count > 2 ? word_place(line->words[2]) : slots[0];
    const char *const verb = line->words[1];
    if (strcmp(verb, "fill") == 0) {
        const char *hex = line->count > 3 ? line->words[3] : "";
        for (size_t i = 0; hex[0] != '\0' && hex[1] != '\0'; i++, hex += 2) {
            at[i] = (unsigned char)(digit(hex[0]) << 4 | digit(hex[1]));
        }
    } else if (strcmp(verb, "word") == 0) {
        const long value = word_value(line->words[4]);
        memcpy(at, &value, (size_t)word_value(line->words[3]) % 9);
    } else if (strcmp(verb, "paint") == 0) {
        memset(at, 0xaa, (size_t)word_value(line->words[3]));
    } else if (strcmp(verb, "path") == 0) {
        const size_t length = (size_t)word_value(line->words[3]);
        memset(at, 'n', length);
        at[length] = '\0';
    } else if (strcmp(verb, "iov") == 0) {
        struct iovec *const parts = (struct iovec *)(void *)at;
        for (int i = 0; 2 * i + 4 < line->count; i++) {
            parts[i].iov_base = (void *)(intptr_t)word_value(line->words[2 * i + 3]);
            parts[i].iov_len = (size_t)word_value(line->words[2 * i + 4]);
        }
    } else {
        return false;
    }
    return true;
}

static void show_bytes(const unsigned char *at, size_t length)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) {
        sum = (sum ^ at[i]) * 1099511628211u;
    }
    if (length > 64) {
        tell(" %zu:%016llx", length, (unsigned long long)sum);
        return;
    }
    tell(" ");
    for (size_t i = 0; i < length; i++) {
        tell("%02x", at[i]);
    }
}

/* v24:4 the value of 4 bytes at 24; i8:8 a number that differs between runs; t72:8 a time; p12:4 a process.
 */
static void show_field(const unsigned char *at, const char *word)
{
    char *end;
    const size_t offset = strtoul(word + 1, &end, 10), width = strtoul(end + 1, NULL, 10);
    uint64_t value = 0;
    memcpy(&value, at + offset, width > 8 ? 8 : width);
    if (word[0] == 'v') {
        tell(" %llx", (unsigned long long)value);
    } else if (word[0] == 't') {
        if (value > LONG_AGO && value < 4 * (uint64_t)LONG_AGO) {
            tell(" now");
        } else {
            tell(" %llx", (unsigned long long)value);
        }
    } else {
        tell(" %c%u", word[0], name_of(word[0], value));
    }
}

static void show_names(const unsigned char *at, long length)
{
    for (long i = 0; i + 19 < length && i < SLOT_SIZE;) {
        unsigned short size;
        memcpy(&size, at + i + 16, sizeof size);
        tell(" %s/%d", (const char *)at + i + 19, at[i + 18]);
        i += size == 0 ? length : size;
    }
}

/* show bytes PLACE LENGTH, where LENGTH may be `last`; show fields PLACE FIELD...; show names PLACE. What
 * follows a call is shown whatever the call has answered, so that what it must not have written is seen as
 * well. */
bool do_show(const struct line *line, long last)
{
    if (strcmp(line->words[1], "show") != 0) {
        return false;
    }
    const unsigned char *const at = word_place(line->words[3]);
    if (strcmp(line->words[2], "bytes") == 0) {
        const long length = strcmp(line->words[4], "last") == 0 ? last : word_value(line->words[4]);
        show_bytes(at, length < 0 ? 0 : length > SLOT_SIZE ? SLOT_SIZE : (size_t)length);
    } else if (strcmp(line->words[2], "names") == 0) {
        show_names(at, last);
    } else {
        for (int i = 4; i < line->count; i++) {
            show_field(at, line->words[i]);
        }
    }
    return true;
}
