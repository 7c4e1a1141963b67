/* Those options of wali/start/options.py that most starts need, and those that execve
 * hands on (syscalls/handlers/exec.c). */
#define _GNU_SOURCE
#include "launch.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A whole number of bytes, K, M or G; false for what else Python understands. */
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

/* The value of an option written as --name=VALUE or --name VALUE; NULL if it is
 * another option or has none. */
static const char *value_of(const char *name, int argc, char **argv, int *at)
{
    const size_t length = strlen(name);
    if (strncmp(argv[*at], name, length) != 0) {
        return NULL;
    }
    if (argv[*at][length] == '=') {
        return argv[*at] + length + 1;
    }
    return argv[*at][length] == '\0' && *at + 1 < argc ? argv[++*at] : NULL;
}

static bool parse_count(const char *text, int *count)
{
    char *end;
    const long number = strtol(text, &end, 10);
    *count = (int)number;
    return isdigit((unsigned char)text[0]) && *end == '\0' && number == *count;
}

/* There are as many at most as words. */
static bool add_filter(struct launch *launch, const char *text, int argc)
{
    if (launch->seccomp == NULL) {
        launch->seccomp = calloc((size_t)argc, sizeof *launch->seccomp);
        launch->config.seccomp = launch->seccomp;
    }
    if (launch->seccomp != NULL) {
        launch->seccomp[launch->config.seccomp_count++] = text;
    }
    return launch->seccomp != NULL;
}

static bool parse_option(struct launch *launch, const char **argv0, int argc, char **argv, int *at)
{
    wali_config *config = &launch->config;
    const char *value;
    if ((value = value_of("--argv0", argc, argv, at)) != NULL) {
        *argv0 = value;
        return true;
    }
    if ((value = value_of("--cache-dir", argc, argv, at)) != NULL) {
        config->cache_dir = value;
        return value[0] != '\0';
    }
    if ((value = value_of("--name", argc, argv, at)) != NULL) {
        config->name = value;
        return true;
    }
    if ((value = value_of("--max-memory", argc, argv, at)) != NULL) {
        return parse_size(value, &config->max_memory);
    }
    if ((value = value_of("--stack-size", argc, argv, at)) != NULL) {
        return parse_size(value, &config->stack_size);
    }
    if ((value = value_of("--trace-fd", argc, argv, at)) != NULL) {
        return parse_fd(value, &config->trace_fd);
    }
    if ((value = value_of("--stats-fd", argc, argv, at)) != NULL) {
        return parse_fd(value, &config->stats_fd);
    }
    if ((value = value_of("--module-fd", argc, argv, at)) != NULL) {
        return parse_fd(value, &config->module_fd);
    }
    if ((value = value_of("--seccomp", argc, argv, at)) != NULL) {
        return add_filter(launch, value, argc);
    }
    if ((value = value_of("--environment", argc, argv, at)) != NULL) {
        return parse_count(value, &launch->environment);
    }
    if (strcmp(argv[*at], "--fix-calls") == 0) {
        config->fix_calls = 1;
        return true;
    }
    if (strcmp(argv[*at], "--trace") == 0 || strncmp(argv[*at], "--trace=", 8) == 0) {
        launch->trace = argv[*at][7] == '=' ? argv[*at] + 8 : "";
        return true;
    }
    return false;
}

/* In a vector of its own: Python may need the old one. */
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
    const char *argv0 = NULL;
    int at = 1;
    *launch = (struct launch){.config = {.code_fd = -1, .trace_fd = -1, .stats_fd = -1, .module_fd = -1},
                              .environment = -1};
    for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
        if (strcmp(argv[at], "--") == 0) {
            at++;
            break;
        }
        if (!parse_option(launch, &argv0, argc, argv, &at)) {
            return false;
        }
    }
    if (at >= argc || argv[at][0] == '\0') {
        return false;
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
    return argv0 == NULL || rename_program(&launch->config, argv0);
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
