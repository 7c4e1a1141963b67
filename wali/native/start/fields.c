#include "wali/native/start/fields.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

char *field_next(char **at)
{
    char *word = *at;
    char *end = word == NULL ? NULL : strpbrk(word, " \n");
    if (end == NULL || end == word) {
        return NULL;
    }
    *at = *end == '\n' ? NULL : end + 1;
    *end = '\0';
    return word;
}

static bool is_of(const char *text, const char *digits, size_t least, size_t most)
{
    const size_t length = strlen(text);
    return length >= least && length <= most && strspn(text, digits) == length;
}

bool field_size(const char *text, uint64_t *value)
{
    *value = strtoull(text, NULL, 10);
    return is_of(text, "0123456789", 1, 18);
}

bool field_checksum(const char *text, uint64_t *value)
{
    *value = strtoull(text, NULL, 16);
    return is_of(text, "0123456789abcdef", 16, 16);
}

bool field_delta(const char *text, int64_t *value)
{
    *value = strtoll(text, NULL, 10);
    return is_of(text + (text[0] == '-'), "0123456789", 1, 10);
}
