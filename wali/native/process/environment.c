#define _GNU_SOURCE
#include "wali/native/process/environment.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/base/write_all.h"
#include "wali/native/files/private_fd.h"
#include "wali/native/process/proc_view.h"
#include "wali/native/process/settings.h"
#include "wali/native/thread/borrowed.h"
#include "wali/native/thread/thread.h"
#include "wali/native/thread/thread_list.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

int environment_fd = -1;

struct text {
    char *to; /* NULL: only measures */
    size_t length;
};

static void put(struct text *text, const char *bytes, size_t count)
{
    if (text->to != NULL) {
        memcpy(text->to + text->length, bytes, count);
    }
    text->length += count;
}

static bool is_line(const char *variable)
{
    return variable[0] != '\0' && strchr(variable, '\n') == NULL;
}

/* Writes the environment to `to`, unless that is NULL, and returns the length in bytes.  First come
 * the variables that are lines, which every libc for WALI splits.  If others are among them, two
 * NULs and then all variables follow, each ended by a NUL, for a libc that looks there. */
static size_t environment_text(char *to)
{
    const wali_config *config = settings;
    struct text text = {to, 0};
    bool lines = true;
    for (int i = 0; i < config->envc; i++) {
        if (is_line(config->env[i])) {
            put(&text, config->env[i], strlen(config->env[i]));
            put(&text, "\n", 1);
        } else {
            lines = false;
        }
    }
    if (!lines) {
        put(&text, "\0", 2);
    }
    for (int i = 0; i < config->envc && !lines; i++) {
        put(&text, config->env[i], strlen(config->env[i]) + 1);
    }
    return text.length;
}

/* The text that /proc/self/environ shows until the guest has read it; else NULL. */
static char *shown_environ;

/* Another thread could move the break, which PR_SET_MM_MAP sets as well. */
void environment_close(void)
{
    if (shown_environ != NULL && !thread_borrows(wali_self) && thread_is_only_one()) {
        proc_view_set_environment(NULL, 0);
        munmap(shown_environ, environment_text(NULL));
        shown_environ = NULL;
    }
    const int fd = __atomic_exchange_n(&environment_fd, -1, __ATOMIC_SEQ_CST);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
}

void environment_was_opened(const struct stat *opened)
{
    struct stat st;
    if (KERNEL(fstat, environment_fd, &st) == 0 && st.st_ino == opened->st_ino &&
        st.st_dev == opened->st_dev) {
        environment_close();
    }
}

static _Noreturn void cannot_pass(const char *why)
{
    char text[100];
    snprintf(text, sizeof text, "the environment cannot be passed: %s", why);
    guest_abort(text);
}

/* Makes the memory file. */
static void make_file(const char *text, size_t length)
{
    int64_t fd = KERNEL(memfd_create, "environment", MFD_CLOEXEC);
    if (fd < 0) {
        cannot_pass("memfd_create failed");
    }
    const int64_t high = wali_private_fd((int)fd);
    if (high >= 0) {
        KERNEL(close, fd);
        fd = high;
    }
    environment_fd = (int)fd;
    if (write_all(environment_fd, text, length) != 0) {
        cannot_pass("writing it failed");
    }
}

/* RLIMIT_FSIZE counts for every file that can be written, memory files too, and SIGXFSZ kills
 * (setrlimit(2)).  A larger environment is shown as /proc/self/environ until it is read. */
static bool is_too_large(size_t length)
{
    struct rlimit limit;
    return KERNEL(prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 && limit.rlim_cur < length;
}

/* Makes the environment readable, unless it is already. */
static void make_readable(size_t length)
{
    if (shown_environ != NULL || environment_fd >= 0) {
        return;
    }
    char *text = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (text == MAP_FAILED) {
        cannot_pass("no memory");
    }
    environment_text(text);
    if (!is_too_large(length)) {
        make_file(text, length);
        munmap(text, length);
    } else if (proc_view_set_environment(text, length)) {
        shown_environ = text;
    } else {
        cannot_pass("it is larger than files may be (RLIMIT_FSIZE)");
    }
}

bool environment_pass(char *path, size_t size)
{
    const size_t length = environment_text(NULL);
    if (length == 0) {
        return false;
    }
    make_readable(length);
    if (shown_environ != NULL) {
        snprintf(path, size, "/proc/self/environ");
    } else {
        snprintf(path, size, "/proc/self/fd/%d", environment_fd);
    }
    return true;
}
