#define _GNU_SOURCE
#include "wali/native/launcher/wasi_words.h"

#include "wali/_generated/options.h"

#include <stdlib.h>
#include <string.h>

struct wasi_word {
    const char *word;
    int *flag;      /* NULL: there is nothing to switch */
    bool is_always; /* what each program has: it cannot be taken away */
};

/* The value of a switch; none is yes.  False if it is neither yes nor no. */
static bool read_switch(const char *value, bool *is_on)
{
    static const char *const yes[] = {"y", "yes", "true"}, *const no[] = {"n", "no", "false"};
    *is_on = value == NULL;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0] && value != NULL; i++) {
        if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
            *is_on = strcmp(value, yes[i]) == 0;
            return true;
        }
    }
    return value == NULL;
}

/* Reads one word.  An address is stored at *address, and else NULL. */
static bool read_word(struct launch *launch, char *text, const char **address)
{
    const struct wasi_word words[] = {WASI_WORDS(launch)};
    bool is_on;
    char *value = strchr(text, '=');
    if (value != NULL) {
        *value++ = '\0';
    }
    const bool is_socket = strcmp(text, WASI_SOCKET) == 0;
    *address = is_socket ? value : NULL;
    if (is_socket || !read_switch(value, &is_on)) {
        return is_socket && value != NULL;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].word) == 0) {
            if (words[i].flag != NULL) {
                *words[i].flag = is_on;
            }
            return is_on || !words[i].is_always;
        }
    }
    return false;
}

/* The most words of all texts. */
static size_t most_words(const struct launch *launch)
{
    size_t count = (size_t)launch->wasi_count;
    for (int i = 0; i < launch->wasi_count; i++) {
        for (const char *at = launch->wasi[i]; (at = strchr(at, ',')) != NULL; at++) {
            count++;
        }
    }
    return count;
}

bool wasi_words_read(struct launch *launch)
{
    if (launch->wasi_count == 0) {
        return true;
    }
    int count = launch->tcplisten_count;
    const char **addresses = calloc((size_t)count + most_words(launch), sizeof *addresses);
    bool read = addresses != NULL;
    if (read && count > 0) {
        memcpy(addresses, launch->tcplisten, (size_t)count * sizeof *addresses);
    }
    for (int i = 0; i < launch->wasi_count && read; i++) {
        char *rest = strdup(launch->wasi[i]); /* kept: addresses point into it */
        read = rest != NULL;
        while (rest != NULL && read) {
            char *word = strsep(&rest, ",");
            read = read_word(launch, word, &addresses[count]);
            count += addresses[count] != NULL;
        }
    }
    launch->tcplisten = addresses;
    launch->tcplisten_count = count;
    return read;
}
