#define _GNU_SOURCE
#include "wali/native/sandbox/plan.h"

#include "wali/native/confine/landlock.h"
#include "wali/native/sandbox/network_words.h"
#include "wali/native/sandbox/path_list.h"
#include "wali/native/sandbox/runtime_files.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_RIGHTS (LANDLOCK_READ_FILE | LANDLOCK_READ_DIR)
/* No device is made: its number would lead past the rules. */
#define WRITE_RIGHTS                                                                                         \
    (LANDLOCK_ALL_RIGHTS &                                                                                   \
     ~(LANDLOCK_EXECUTE | LANDLOCK_IOCTL_DEV | LANDLOCK_MAKE_CHAR | LANDLOCK_MAKE_BLOCK))
#define DEVICE_RIGHTS (LANDLOCK_READ_FILE | LANDLOCK_WRITE_FILE | LANDLOCK_IOCTL_DEV)

/* What programs take for granted, and what leads nowhere. */
static const char *const devices[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                      "/dev/random", "/dev/urandom", "/dev/tty"};

static int usage(wali_error *error, const char *format, const char *a, const char *b)
{
    return error_set(error, WALI_ERROR_USAGE, 0, format, a, b);
}

/* Whether a path is absolute, and names no folder by a dot. */
static bool is_plain(const char *path)
{
    if (path[0] != '/') {
        return false;
    }
    for (const char *at = path; (at = strstr(at, "/.")) != NULL; at++) {
        const char *behind = at + (at[2] == '.' ? 3 : 2);
        if (*behind == '/' || *behind == '\0') {
            return false;
        }
    }
    return true;
}

/* The place in the view of a path of the host's; NULL if there is no such file. */
static const char *own_place(const char *host)
{
    return is_plain(host) ? host : realpath(host, NULL);
}

static int add_named(struct sandbox_plan *plan, const char *option, const char *host, const char *place,
                     uint64_t rights, wali_error *error)
{
    const char *guest = place != NULL ? place : own_place(host);
    const bool is_writable = (rights & LANDLOCK_WRITE_FILE) != 0;
    if (guest == NULL || access(host, F_OK) != 0) {
        return usage(error, "%s %s: there is no such file", option, host);
    }
    if (guest[0] != '/') {
        return usage(error, "%s: %s is no absolute path", option, guest);
    }
    if (plan->form == SANDBOX_PROCESS && place != NULL && strcmp(place, host) != 0) {
        return usage(error, "%s %s: only a view has other names for files, which --sandbox=process has not",
                     option, host);
    }
    rights |= plan->may_execute ? LANDLOCK_EXECUTE : 0;
    path_list_add(plan, (struct sandbox_path){option, host, guest, rights, is_writable, -1});
    return 0;
}

static int add_list(struct sandbox_plan *plan, const char *option, int count, const char *const *hosts,
                    uint64_t rights, wali_error *error)
{
    for (int i = 0; i < count; i++) {
        if (add_named(plan, option, hosts[i], NULL, rights, error) != 0) {
            return -1;
        }
    }
    return 0;
}

/* HOST or HOST::GUEST.  A program of WASI has opened the folder by now, and finds it nowhere else. */
static int add_folder(struct sandbox_plan *plan, const char *text, bool is_wasi, wali_error *error)
{
    char *host = strdup(text);
    const char *guest = NULL;
    if (host == NULL) {
        return error_set(error, WALI_ERROR_MEMORY, 0, "out of memory");
    }
    for (char *at = host; (at = strstr(at, "::")) != NULL; at++) {
        guest = at + 2;
    }
    if (guest != NULL) {
        host[guest - 2 - host] = '\0';
    }
    if (is_wasi) {
        path_list_add(plan, (struct sandbox_path){"--dir", host, NULL, READ_RIGHTS | WRITE_RIGHTS, true, -1});
        return 0;
    }
    return add_named(plan, "--dir", host, guest, READ_RIGHTS | WRITE_RIGHTS, error);
}

/* The rights of Landlock add up on the way to a file, so that none can be taken away further down. */
static int check_nesting(const struct sandbox_plan *plan, wali_error *error)
{
    char lower[PATH_MAX], upper[PATH_MAX];
    for (int i = 0; i < plan->path_count; i++) {
        for (int j = 0; j < plan->path_count; j++) {
            const struct sandbox_path *a = &plan->path[i], *b = &plan->path[j];
            if (!a->is_writable && b->is_writable && realpath(a->host, lower) != NULL &&
                realpath(b->host, upper) != NULL && path_lies_below(lower, upper)) {
                return usage(error,
                             "--sandbox=process cannot keep %s from being written below %s, which may be",
                             a->host, b->host);
            }
        }
    }
    return 0;
}

static int add_paths(struct sandbox_plan *plan, bool is_wasi, wali_error *error)
{
    const wali_config *config = plan->config;
    if (config->rootfs != NULL && add_named(plan, "--rootfs", config->rootfs, "/", READ_RIGHTS, error) != 0) {
        return -1;
    }
    if (add_list(plan, "--ro", config->ro_count, config->ro, READ_RIGHTS, error) != 0 ||
        add_list(plan, "--rw", config->rw_count, config->rw, READ_RIGHTS | WRITE_RIGHTS, error) != 0) {
        return -1;
    }
    for (int i = 0; i < config->dir_count; i++) {
        if (add_folder(plan, config->dir[i], is_wasi, error) != 0) {
            return -1;
        }
    }
    if (plan->form == SANDBOX_PROCESS && check_nesting(plan, error) != 0) {
        return -1;
    }
    runtime_files_add(plan);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++) {
        path_list_add(plan, (struct sandbox_path){NULL, devices[i], devices[i], DEVICE_RIGHTS, true, -1});
    }
    path_list_add(plan, (struct sandbox_path){"/proc", "/proc", "/proc", READ_RIGHTS, false, -1});
    path_list_sort(plan);
    return 0;
}

/* What seems to hold, and would not without --sandbox. */
static int refuse_alone(const wali_config *config, wali_error *error)
{
    const char *option = config->ro_count > 0     ? "--ro"
                         : config->rw_count > 0   ? "--rw"
                         : config->rootfs != NULL ? "--rootfs"
                         : config->net_count > 0  ? "--net"
                         : config->exec           ? "--exec"
                                                  : NULL;
    return option == NULL ? 0 : usage(error, "%s%s needs --sandbox", option, "");
}

int plan_make(const wali_config *config, bool is_wasi, struct sandbox_plan *plan, wali_error *error)
{
    *plan = (struct sandbox_plan){.config = config, .net = NET_HOST};
    plan->is_confined = config->confine != 0 || config->sandbox != NULL;
    if (config->exec && config->no_exec) {
        return usage(error, "%s and %s at once", "--exec", "--no-exec");
    }
    plan->may_execute = config->exec || (config->sandbox == NULL && !config->no_exec);
    if (config->sandbox == NULL) {
        return refuse_alone(config, error);
    }
    if (config->sandbox[0] != '\0' && strcmp(config->sandbox, "process") != 0) {
        return usage(error, "--sandbox=%s: there are --sandbox and --sandbox=process%s", config->sandbox, "");
    }
    plan->form = config->sandbox[0] == '\0' ? SANDBOX_VIEW : SANDBOX_PROCESS;
    if (plan->form == SANDBOX_PROCESS && config->rootfs != NULL) {
        return usage(error, "%s needs a view, which %s has not", "--rootfs", "--sandbox=process");
    }
    const int most = config->ro_count + config->rw_count + config->dir_count + 2 + MOST_RUNTIME_FILES +
                     (int)(sizeof devices / sizeof devices[0]);
    plan->port = calloc((size_t)config->net_count + 1, sizeof *plan->port);
    if (!path_list_begin(plan, most) || plan->port == NULL) {
        return error_set(error, WALI_ERROR_MEMORY, 0, "out of memory");
    }
    return network_words_read(plan, error) != 0 ? -1 : add_paths(plan, is_wasi, error);
}
