/* The launcher reads the options of wali/start/option_table.py that most starts need, and those
 * that execve(2) hands on (syscalls/handlers/exec.c).  All others are Python's. */
#define _GNU_SOURCE
#include "wali/native/launcher/options.h"

#include "wali/_generated/options.h"
#include "wali/native/calls/trace_lines.h"
#include "wali/native/calls/trace_options.h"
#include "wali/native/files/private_fd.h"
#include "wali/native/launcher/environment.h"
#include "wali/native/launcher/wasi_words.h"
#include "wali/native/process/settings.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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
    const char *letter; /* the short form; NULL without one */
    bool joins;         /* whether the value may stand right behind the letter */
    bool is_wasi;       /* whether only WASI programs take it */
    int *flag;
    uint64_t *size;
    int *fd;
    const char **text;
    const char **file; /* the name joined by =, or "" if there is none */
    const char *const **texts;
    int *count; /* the number of texts; without texts: the value is a number of words */
    int64_t *number;
};

static bool parse_count(const char *text, int *count)
{
    char *end;
    const long number = strtol(text, &end, 10);
    *count = (int)number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && number == *count;
}

static bool parse_number(const char *text, int64_t *number)
{
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return isdigit((unsigned char)text[text[0] == '-']) && *end == '\0' && errno == 0;
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
    if (option->number != NULL) {
        return parse_number(value, option->number);
    }
    return option->texts != NULL ? add_text(option, value, argc) : parse_count(value, option->count);
}

/* The length of one of the option's forms, if a word begins with it and goes on with = or ends; else 0. */
static size_t form_length(const char *form, const char *word)
{
    const size_t length = form == NULL ? 0 : strlen(form);
    const bool fits = length > 0 && strncmp(word, form, length) == 0;
    return fits && (word[length] == '=' || word[length] == '\0') ? length : 0;
}

/* Whether a word is the option.  *joined becomes the text behind the =, or NULL without one. */
static bool is_option(const struct launch_option *option, const char *word, const char **joined)
{
    size_t length = form_length(option->word, word);
    length = length > 0 ? length : form_length(option->letter, word);
    if (length > 0) {
        *joined = word[length] == '=' ? word + length + 1 : NULL;
        return true;
    }
    *joined = word + 2;
    return option->joins && strncmp(word, option->letter, 2) == 0;
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
        if (options[i].is_wasi && launch->config.wasi_option == NULL) {
            launch->config.wasi_option = options[i].word;
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
    *launch = (struct launch){
        .config.code_fd = -1, .environment = -1, .tcp = 1, .udp = 1, .allow_ip_name_lookup = -1};
    if (!parse_options(launch, argc, argv, &at) || at >= argc || argv[at][0] == '\0' ||
        !wasi_words_read(launch)) {
        return false;
    }
    if (launch->config.cache_dir != NULL && launch->config.cache_dir[0] == '\0') {
        return false; /* the default folder, which Python finds */
    }
    if (launch->no_cache) {
        launch->config.cache_dir = NULL;
    }
    launch->config.module_path = argv[at];
    launch->config.argc = argc - at;
    launch->config.argv = (const char *const *)argv + at;
    if (launch->environment >= 0) {
        launch->config.argc -= launch->environment;
        launch->config.envc = launch->environment;
        launch->config.env = launch->config.argv + (launch->config.argc < 0 ? 0 : launch->config.argc);
    }
    if (launch->config.argc < 1 || !environment_make(launch)) {
        return false;
    }
    return launch->argv0 == NULL || rename_program(&launch->config, launch->argv0);
}

/* A memory file that the processes of the trace share.  Without one, programs that are executed do not
 * know of the others' lines. */
static int make_area(void)
{
    const int fd = memfd_create("wali-trace", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)trace_area_size()) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return fd < 0 ? -1 : (close(fd), -1);
    }
    const int64_t copy = wali_private_fd(fd);
    close(fd);
    return copy < 0 ? -1 : (int)copy;
}

/* The folder of a path.  `folder` has room for the path. */
static int open_folder(const char *path, char *folder)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    memcpy(folder, path, length);
    folder[length] = '\0';
    return open(slash == NULL ? "." : length == 0 ? "/" : folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Opens the trace's file; of one for each thread (-ff) their folder. */
static int open_file(const char *path)
{
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return trace_options.is_separate ? open_folder(path, folder)
                                     : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
}

const char *launch_open_trace(struct launch *launch)
{
    wali_config *const config = &launch->config;
    if (launch->trace == NULL && config->trace_options != NULL && config->trace_fd < 0) {
        launch->trace = "";
    }
    if (launch->trace == NULL) {
        return NULL;
    }
    const char *const wrong = trace_options_read(config->trace_options);
    if (wrong != NULL) {
        return wrong;
    }
    const bool is_file = launch->trace[0] != '\0';
    const int fd = is_file ? open_file(launch->trace) : STDERR_FILENO;
    if (fd < 0) {
        return strerror(errno);
    }
    const int64_t copy = wali_private_fd(fd);
    if (is_file) {
        const char *const slash = strrchr(launch->trace, '/');
        config->trace_base = slash == NULL ? launch->trace : slash + 1;
        close(fd);
    } else if (trace_options.is_separate) {
        return "-ff needs a file: --trace=FILE";
    }
    config->trace_fd = copy < 0 ? -1 : (int)copy;
    config->trace_area_fd = make_area();
    return copy < 0 ? strerror((int)-copy) : NULL;
}
