/* The commands wali-cc and wali-c++, without Python where the command line is a plain one: the plan,
 * a file that wali/sdk/front.py writes, says what words a plain one has, what clang gets besides, and
 * what all that was made from.  If that has changed, or there is any other word, Python does it: the
 * command `wali` beside this program, as `wali front cc WORDS`, and writes the plan anew.
 *
 * A configure script starts the compiler hundreds of times, and Python takes longer than clang. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wali/native/base/home_folder.h"

#define MOST_PLAN (1 << 20) /* bytes */
#define USE_NOTED                                                                                            \
    (24 * 3600) /* seconds: Python notes each day that a sysroot is in use (wali/sdk/paths.py) */
#define PLAN_VARIABLE "WALI_FRONT_PLAN" /* where Python is to write the plan */
#define TITLE "wali-front 2"

/* One line of the plan: what it is, by its first letter, and its text. */
struct line {
    char kind;
    char *text;
};

struct plan {
    struct line *lines;
    size_t count;
};

/* FNV-1a, 64 bits: a name for the folder that this program lies in. */
static uint64_t named(const char *text)
{
    uint64_t value = 0xcbf29ce484222325;
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * 0x100000001b3;
    }
    return value;
}

/* Where the plan is, or is to be; false if nothing says it, or if the environment asks for something
 * that the plan does not know. */
static bool plan_place(char *path, const char *bin)
{
    static const char *const others[] = {"WALI_SDK_DIR", "WALI_CC", "PYTHONPATH", "PYTHONHOME"};
    char home[PATH_MAX];
    const char *data = wali_folder_from("XDG_DATA_HOME"), *below = "";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (getenv(others[i]) != NULL) {
            return false;
        }
    }
    if (data == NULL && getenv("XDG_DATA_HOME") != NULL && getenv("XDG_DATA_HOME")[0] != '\0') {
        return false; /* a relative one */
    }
    if (data == NULL) {
        data = wali_home_of_user(home, sizeof home) ? home : wali_folder_from("HOME");
        below = "/.local/share";
    }
    if (data == NULL) {
        return false;
    }
    const int n =
        snprintf(path, PATH_MAX, "%s%s/wali/sdk/fronts/%016llx", data, below, (unsigned long long)named(bin));
    return n > 0 && n < PATH_MAX;
}

/* The text of a file that nobody but the user can have written; NULL if there is none. */
static char *read_own(const char *path)
{
    struct stat s;
    char *text = NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return NULL;
    }
    if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & 022) == 0 &&
        s.st_size > 0 && s.st_size < MOST_PLAN && (text = malloc((size_t)s.st_size + 1)) != NULL) {
        const ssize_t n = read(fd, text, (size_t)s.st_size);
        text[n < 0 ? 0 : n] = '\0';
    }
    close(fd);
    return text;
}

/* Splits the text into lines; false if it is no plan of this version. */
static bool parse(struct plan *plan, char *text)
{
    size_t most = 1;
    for (const char *at = text; *at != '\0'; at++) {
        most += *at == '\n';
    }
    plan->lines = calloc(most, sizeof *plan->lines);
    plan->count = 0;
    char *line = strsep(&text, "\n");
    if (plan->lines == NULL || strcmp(line, TITLE) != 0) {
        return false;
    }
    while ((line = strsep(&text, "\n")) != NULL && plan->count < most) {
        if (line[0] != '\0' && line[1] == ' ') {
            plan->lines[plan->count++] = (struct line){line[0], line + 2};
        }
    }
    return plan->count > 0 && plan->lines[plan->count - 1].kind == '.'; /* it is whole */
}

/* Whether a file is as it was: "<size> <nanoseconds> <path>". */
static bool is_unchanged(const char *text)
{
    char *rest;
    struct stat s;
    const long long size = strtoll(text, &rest, 10);
    const long long time = strtoll(rest, &rest, 10);
    return *rest == ' ' && stat(rest + 1, &s) == 0 && s.st_size == size &&
           (long long)s.st_mtim.tv_sec * 1000000000 + s.st_mtim.tv_nsec == time;
}

static bool is_fresh(const struct plan *plan, bool cxx)
{
    struct stat s;
    for (size_t i = 0; i < plan->count; i++) {
        const char *text = plan->lines[i].text;
        switch (plan->lines[i].kind) {
        case 'D':
            if (!is_unchanged(text)) {
                return false;
            }
            break;
        case 'T': /* the sysroot's stamp */
            if (stat(text, &s) != 0 || time(NULL) - s.st_mtim.tv_sec > USE_NOTED) {
                return false;
            }
            break;
        case 'X': /* C++'s */
            if (cxx && stat(text, &s) != 0) {
                return false;
            }
            break;
        default:
            break;
        }
    }
    return true;
}

static bool has_word(const struct plan *plan, char kind, const char *word)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->lines[i].kind == kind && strcmp(plan->lines[i].text, word) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_prefix(const struct plan *plan, char kind, const char *word)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->lines[i].kind == kind &&
            strncmp(plan->lines[i].text, word, strlen(plan->lines[i].text)) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether wali-cc may take the word for C++, which Python then decides. */
static bool may_be_cxx(const struct plan *plan, const char *word)
{
    const char *dot = strrchr(word, '.');
    return (word[0] != '-' && dot != NULL && has_word(plan, 'S', dot + 1)) || has_word(plan, 'L', word);
}

/* The first word of a kind; there is one of each in a plan. */
static const char *word_of(const struct plan *plan, char kind)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->lines[i].kind == kind) {
            return plan->lines[i].text;
        }
    }
    return "";
}

/* The user's prefix: the variable's, else the plan's.  NULL if Python is to make it a plain path. */
static const char *prefix_of(const struct plan *plan)
{
    const char *given = getenv("WALI_PREFIX");
    if (given == NULL || given[0] == '\0') {
        return word_of(plan, 'Q');
    }
    const size_t length = strlen(given);
    return given[0] == '/' && given[length - 1] != '/' && strstr(given, "//") == NULL &&
                   strstr(given, "/.") == NULL && length < PATH_MAX
               ? given
               : NULL;
}

#define MOST_FOUND 4

/* What finds the libraries of the user's prefix, as far as that is there: up to MOST_FOUND words. */
static size_t find_libraries(const struct plan *plan, const char *prefix, char **words)
{
    static char found[2][PATH_MAX + 32];
    static const char kinds[] = {'I', 'B'};
    size_t count = 1;
    for (size_t i = 0; i < 2; i++) {
        const char *option = word_of(plan, kinds[i]); /* "-isystem include" */
        const int length = (int)strcspn(option, " ");
        struct stat s;
        snprintf(found[i], sizeof found[i], "%.*s%s/%s", length, option, prefix, option + length + 1);
        if (stat(found[i] + length, &s) == 0 && S_ISDIR(s.st_mode)) {
            words[count++] = found[i];
        }
    }
    words[0] = (char *)word_of(plan, 'N');
    words[count++] = (char *)word_of(plan, 'M');
    return count > 2 ? count : 0;
}

/* clang's command line; NULL if Python is to make it. */
static char **command(const struct plan *plan, bool cxx, int argc, char **argv)
{
    bool strict = false, pic = false;
    char **words = calloc(plan->count + (size_t)argc + MOST_FOUND + 1, sizeof *words);
    char **own = calloc((size_t)argc + 1, sizeof *own);
    size_t count = 0, kept = 0;
    const char *prefix = prefix_of(plan);
    if (words == NULL || own == NULL || argc < 2 || prefix == NULL) {
        return NULL;
    }
    for (int i = 1; i < argc; i++) {
        char *word = argv[i];
        if (has_word(plan, 'A', word) || has_prefix(plan, 'a', word) || (!cxx && may_be_cxx(plan, word))) {
            return NULL;
        }
        if (has_word(plan, 'p', word)) {
            pic = true;
        } else if (!has_word(plan, 'd', word) && !has_prefix(plan, 'e', word)) {
            strict = strict || has_word(plan, 's', word);
            own[kept++] = word;
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        char *text = plan->lines[i].text;
        const char kind = plan->lines[i].kind;
        if (kind == 'Z') {
            words[count++] = text;
        } else if (kind == (cxx ? 'P' : 'C') && text[0] != '\0' && !(text[0] == 's' && strict) &&
                   !(text[0] == 'p' && !pic)) {
            words[count++] = text + 2;
        }
    }
    if (count <= 2) {
        return NULL;
    }
    memcpy(words + count, own, kept * sizeof *own);
    count += kept;
    words[count + find_libraries(plan, prefix, words + count)] = NULL;
    return words;
}

/* What the linker's front wants to know of the environment: NAME=VALUE. */
static bool set_environment(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const char kind = plan->lines[i].kind;
        char *value = kind == 'E' || kind == 'F' ? strchr(plan->lines[i].text, '=') : NULL;
        if (value != NULL) {
            *value = '\0';
            if (setenv(plan->lines[i].text, value + 1, kind == 'E') != 0) {
                return false;
            }
        }
    }
    return setenv(word_of(plan, 'R'), prefix_of(plan), 1) == 0 && unsetenv(PLAN_VARIABLE) == 0;
}

static int become_python(const char *bin, const char *place, const char *tool, int argc, char **argv)
{
    char script[PATH_MAX + 8];
    char **words = calloc((size_t)argc + 4, sizeof *words);
    snprintf(script, sizeof script, "%s/wali", bin);
    if (words == NULL || (place != NULL ? setenv(PLAN_VARIABLE, place, 1) : unsetenv(PLAN_VARIABLE)) != 0) {
        fprintf(stderr, "wali-%s: error: out of memory\n", tool);
        return 1;
    }
    words[0] = script;
    words[1] = (char *)"front";
    words[2] = (char *)tool;
    memcpy(words + 3, argv + 1, sizeof *argv * (size_t)(argc > 1 ? argc - 1 : 0));
    execv(script, words);
    fprintf(stderr, "wali-%s: error: %s: %m; install wali-runtime again\n", tool, script);
    return 1;
}

int main(int argc, char **argv)
{
    char bin[PATH_MAX], place[PATH_MAX];
    const ssize_t n = readlink("/proc/self/exe", bin, sizeof bin - 1);
    char *slash = n > 0 ? (bin[n] = '\0', strrchr(bin, '/')) : NULL;
    if (slash == NULL) {
        fputs("wali-cc: error: /proc is not mounted\n", stderr);
        return 1;
    }
    const bool cxx = strcmp(slash + 1, "wali-c++") == 0;
    *slash = '\0';
    struct plan plan;
    const bool has_place = plan_place(place, bin);
    char *text = has_place ? read_own(place) : NULL;
    const bool is_planned = text != NULL && parse(&plan, text) && is_fresh(&plan, cxx);
    if (is_planned) {
        char **words = command(&plan, cxx, argc, argv);
        if (words != NULL && set_environment(&plan)) {
            execv(words[0], words);
        }
    }
    return become_python(bin, has_place && !is_planned ? place : NULL, cxx ? "c++" : "cc", argc, argv);
}
