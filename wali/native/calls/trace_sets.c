#include "wali/native/calls/trace_sets.h"

#include "syscalls/rows.h"
#include "wasi/rows.h"

#include <regex.h>
#include <stdint.h>
#include <string.h>

#define NAME_ROOM 128

static size_t row_count(void)
{
    return wali_row_count + wasi_row_count;
}

static const char *row_name(size_t row)
{
    return row < wali_row_count ? wali_rows[row].name : wasi_rows[row - wali_row_count].name;
}

/* Families of WASI's functions, as far as their names tell. */
static bool is_wasi_family(const char *family, const char *name)
{
    return (strcmp(family, "file") == 0 && strncmp(name, "path_", 5) == 0) ||
           (strcmp(family, "desc") == 0 &&
            (strncmp(name, "fd_", 3) == 0 || strncmp(name, "path_", 5) == 0)) ||
           (strcmp(family, "network") == 0 && strncmp(name, "sock_", 5) == 0) ||
           (strcmp(family, "process") == 0 && strncmp(name, "proc_", 5) == 0) ||
           (strcmp(family, "clock") == 0 && strncmp(name, "clock_", 6) == 0);
}

static bool add_family(const char *family, bool *members)
{
    static const char *const others[][2] = {{"net", "network"}, {"%stat", "stat"}, {"%statfs", "statfs"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        family = strcmp(family, others[i][0]) == 0 ? others[i][1] : family;
    }
    for (size_t bit = 0; wali_families[bit] != NULL; bit++) {
        if (strcmp(family, wali_families[bit]) != 0) {
            continue;
        }
        for (size_t row = 0; row < row_count(); row++) {
            members[row] |= row < wali_row_count ? (wali_rows[row].families >> bit & 1) != 0
                                                 : is_wasi_family(family, row_name(row));
        }
        return true;
    }
    return false;
}

/* Aliases are rows of the same number. */
static bool add_name(const char *name, bool *members)
{
    bool found = false;
    for (size_t row = 0; row < row_count(); row++) {
        if (strcmp(row_name(row), name) != 0) {
            continue;
        }
        found = members[row] = true;
        for (size_t other = 0; row < wali_row_count && other < wali_row_count; other++) {
            members[other] |= wali_rows[other].number == wali_rows[row].number;
        }
    }
    return found;
}

static bool add_expression(const char *text, bool *members)
{
    regex_t expression;
    if (regcomp(&expression, text, REG_EXTENDED | REG_NOSUB) != 0) {
        return false;
    }
    for (size_t row = 0; row < row_count(); row++) {
        members[row] |= regexec(&expression, row_name(row), 0, NULL, 0) == 0;
    }
    regfree(&expression);
    return true;
}

static bool add(const char *name, bool *members)
{
    if (strcmp(name, "all") == 0) {
        memset(members, true, row_count());
        return true;
    }
    if (strcmp(name, "none") == 0) {
        return true;
    }
    if (name[0] == '?') { /* whether there is such a call or not */
        add(name + 1, members);
        return true;
    }
    if (name[0] == '%') {
        return add_family(name + 1, members);
    }
    return name[0] == '/' ? add_expression(name + 1, members)
                          : add_name(name, members) || add_family(name, members);
}

bool trace_set_read(const char *set, size_t length, bool *members, const char **wrong, size_t *wrong_length)
{
    const bool is_complement = length > 0 && set[0] == '!';
    const char *const end = set + length;
    memset(members, false, row_count());
    for (const char *at = set + is_complement; at < end;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const size_t n = (size_t)((comma == NULL ? end : comma) - at);
        char name[NAME_ROOM];
        *wrong = at;
        *wrong_length = n;
        if (n == 0 || n >= sizeof name) {
            return false;
        }
        memcpy(name, at, n);
        name[n] = '\0';
        if (!add(name, members)) {
            return false;
        }
        at += n + (comma != NULL);
    }
    for (size_t row = 0; is_complement && row < row_count(); row++) {
        members[row] = !members[row];
    }
    return true;
}
