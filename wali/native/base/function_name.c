#include "wali/native/base/function_name.h"

#include <stdbool.h>
#include <string.h>

struct copy {
    char *text;
    size_t used, size;
    bool is_full;
};

static void add(struct copy *to, const char *bytes, size_t count)
{
    const size_t room = to->size - to->used;
    if (count > room) {
        to->is_full = true;
        count = room;
    }
    memcpy(to->text + to->used, bytes, count);
    to->used += count;
}

static bool begins(const char *name, size_t length, const char *word)
{
    const size_t size = strlen(word);
    return length >= size && memcmp(name, word, size) == 0;
}

/* The length of the operator's name at `name`, if angles stand in it: they begin no arguments. */
static size_t operator_length(const char *name, size_t length)
{
    static const char word[] = "operator";
    static const char *const signs[] = {"<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "<", ">"};
    const size_t size = sizeof word - 1;
    if (!begins(name, length, word)) {
        return 0;
    }
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (begins(name + size, length - size, signs[i])) {
            return size + strlen(signs[i]);
        }
    }
    return size;
}

/* The same name with "<...>" for all template arguments. */
static void add_without_arguments(struct copy *to, const char *name, size_t length)
{
    size_t depth = 0;
    for (size_t i = 0; i < length && !to->is_full; i++) {
        const size_t word = operator_length(name + i, length - i);
        const bool opens = name[i] == '<', closes = name[i] == '>' && depth > 0 && name[i - 1] != '-';
        if (word > 0) {
            add(to, name + i, depth == 0 ? word : 0);
            i += word - 1;
        } else if (opens && depth++ == 0) {
            add(to, "<...>", 5);
        } else if (closes) {
            depth--;
        } else if (depth == 0) {
            add(to, name + i, 1);
        }
    }
}

/* The length without the hash that ends Rust's older names when a linker has made them readable:
 * "core::panicking::panic::h0123456789abcdef". */
static size_t length_without_hash(const char *name, size_t length)
{
    static const char mark[] = "::h";
    const size_t size = sizeof mark - 1 + 16;
    if (length <= size || memcmp(name + length - size, mark, sizeof mark - 1) != 0) {
        return length;
    }
    for (size_t i = length - 16; i < length; i++) {
        if (strchr("0123456789abcdef", name[i]) == NULL || name[i] == '\0') {
            return length;
        }
    }
    return length - size;
}

void function_name_show(const char *name, size_t length, char *text, size_t size)
{
    struct copy to = {text, 0, size - 1, false};
    length = length_without_hash(name, length);
    if (length <= to.size) {
        add(&to, name, length);
    } else {
        add_without_arguments(&to, name, length);
    }
    if (to.is_full) {
        memcpy(text + to.used - 3, "...", 3);
    }
    text[to.used] = '\0';
}
