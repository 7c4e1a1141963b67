/* The launcher reads the options of wali/start/option_table.py that most starts need, and those
 * that execve(2) hands on (syscalls/handlers/exec.c).  All others are Python's. */
#define _GNU_SOURCE
#include "wali/native/launcher/options.h"

#include "wali/_generated/options.h"
#include "wali/native/files/private_fd.h"
#include "wali/native/process/settings.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A whole number of bytes, KiB, MiB or GiB (K, M, G); false for other forms, which Python reads. */
static bool parse_size(const char *text, uint64_t *size)
{
    static const char units[] = "kmg";
    char *end;
    errno = 0;
    *size = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || errno != 0 || *size == 0) {
        return false;
    }
    const char *unit = *end == '\0' ? NULL : strchr(units, tolower((unsigned char)*end));
    if (unit == NULL) {
        return *end == '\0';
    }
    const unsigned shift = 10 * (unsigned)(unit - units + 1);
    if (end[1] != '\0' || *size >> (62 - shift) != 0) {
        return false;
    }
    *size <<= shift;
    return true;
}

static bool parse_fd(const char *text, int *fd)
{
    char *end;
    const long number = strtol(text, &end, 10);
    *fd = (int)number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && fcntl(*fd, F_GETFD) >= 0;
}

/* An option, and where its value goes.  The kind of the value is that of the pointer that is not
 * NULL. */
struct launch_option {
    const char *word;
    int *flag;
    uint64_t *size;
    int *fd;
    const char **text;
    const char **file; /* the name joined by =, or "" if there is none */
    const char *const **texts;
    int *count; /* the number of texts; without texts: the value is a number of words */
};

static bool parse_count(const char *text, int *count)
{
    char *end;
    const long number = strtol(text, &end, 10);
    *count = (int)number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && number == *count;
}

/* Appends to the option's texts, of which there are at most as many as words. */
static bool add_text(const struct launch_option *option, const char *text, int argc)
{
    const char **texts = (const char **)*option->texts; /* allocated here, so it may be changed */
    if (texts == NULL) {
        texts = calloc((size_t)argc, sizeof *texts);
        *option->texts = texts;
    }
    if (texts != NULL) {
        texts[(*option->count)++] = text;
    }
    return texts != NULL;
}

static bool parse_value(const struct launch_option *option, const char *value, int argc)
{
    if (option->text != NULL) {
        *option->text = value;
        return true;
    }
    if (option->size != NULL) {
        return parse_size(value, option->size);
    }
    if (option->fd != NULL) {
        return parse_fd(value, option->fd);
    }
    return option->texts != NULL ? add_text(option, value, argc) : parse_count(value, option->count);
}

/* Whether a word is the option.  *joined becomes the text behind the =, or NULL without one. */
static bool is_option(const struct launch_option *option, const char *word, const char **joined)
{
    const size_t length = strlen(option->word);
    if (strncmp(word, option->word, length) != 0 || (word[length] != '=' && word[length] != '\0')) {
        return false;
    }
    *joined = word[length] == '=' ? word + length + 1 : NULL;
    return true;
}

static bool parse_option(const struct launch_option *option, const char *joined, int argc, char **argv,
                         int *at)
{
    if (option->flag != NULL) {
        *option->flag = 1;
        return joined == NULL;
    }
    if (option->file != NULL) {
        *option->file = joined == NULL ? "" : joined;
        return true;
    }
    if (joined == NULL && *at + 1 < argc) {
        joined = argv[++*at];
    }
    return joined != NULL && parse_value(option, joined, argc);
}

/* Reads all options; *at becomes the index of the module's word. */
static bool parse_options(struct launch *launch, int argc, char **argv, int *at)
{
    const struct launch_option options[] = {LAUNCH_OPTIONS(launch)};
    const size_t count = sizeof options / sizeof options[0];
    for (size_t i = 0; i < count; i++) {
        if (options[i].fd != NULL) {
            *options[i].fd = -1;
        }
    }
    for (; *at < argc && argv[*at][0] == '-' && argv[*at][1] != '\0'; ++*at) {
        const char *joined;
        size_t i = 0;
        if (strcmp(argv[*at], "--") == 0) {
            ++*at;
            return true;
        }
        while (i < count && !is_option(&options[i], argv[*at], &joined)) {
            i++;
        }
        if (i == count || !parse_option(&options[i], joined, argc, argv, at)) {
            return false;
        }
    }
    return true;
}

/* Copies the vector, because Python may need the old one. */
static bool rename_program(wali_config *config, const char *argv0)
{
    const char **argv = malloc((size_t)config->argc * sizeof *argv);
    if (argv == NULL) {
        return false;
    }
    memcpy(argv, config->argv, (size_t)config->argc * sizeof *argv);
    argv[0] = argv0;
    config->argv = argv;
    return true;
}

bool launch_parse(struct launch *launch, int argc, char **argv)
{
    int at = 1;
    *launch = (struct launch){.config.code_fd = -1, .environment = -1};
    if (!parse_options(launch, argc, argv, &at) || at >= argc || argv[at][0] == '\0') {
        return false;
    }
    if (launch->config.cache_dir != NULL && launch->config.cache_dir[0] == '\0') {
        return false; /* the default folder, which Python finds */
    }
    launch->config.module_path = argv[at];
    launch->config.argc = argc - at;
    launch->config.argv = (const char *const *)argv + at;
    if (launch->environment >= 0) {
        launch->config.argc -= launch->environment;
        launch->config.envc = launch->environment;
        launch->config.env = launch->config.argv + (launch->config.argc < 0 ? 0 : launch->config.argc);
    }
    if (launch->config.argc < 1) {
        return false;
    }
    return launch->argv0 == NULL || rename_program(&launch->config, launch->argv0);
}

bool launch_open_trace(struct launch *launch)
{
    if (launch->trace == NULL) {
        return true;
    }
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC;
    const int fd = launch->trace[0] == '\0' ? STDERR_FILENO : open(launch->trace, flags, 0666);
    launch->config.trace_fd = fd < 0 ? -1 : (int)wali_private_fd(fd);
    if (fd > STDERR_FILENO) {
        close(fd);
    }
    return launch->config.trace_fd >= 0;
}
