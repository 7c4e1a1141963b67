#define _GNU_SOURCE
#include "startup.h"

#include "abi/guest.h"
#include "kernel.h"
#include "process.h"
#include "seccomp.h"
#include "syscalls/_generated/auxiliary.h"
#include "thread.h"
#include "thread_list.h"
#include "threads.h"
#include "trap.h"
#include "write_all.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define ENTRY(name)                                                                                          \
    wasm_trap_t *wali_aux_##name(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)

#define UNUSED_ENTRY (void)env, (void)caller, (void)count

/* 0 the first time, 1 after: the guest asks whether it has to set itself up, or to
 * clear up. */
static int32_t asked_before(bool *asked)
{
    const bool before = *asked;
    *asked = true;
    return before;
}

ENTRY(init)
{
    static bool asked;
    UNUSED_ENTRY;
    args[0].i32 = asked_before(&asked);
    return NULL;
}

ENTRY(deinit)
{
    static bool asked;
    UNUSED_ENTRY;
    args[0].i32 = asked_before(&asked);
    return NULL;
}

/* Whether the filters let it through.  If not, *trap may be set. */
static bool may_exit(int number, int32_t status, wasm_trap_t **trap)
{
    int64_t result;
    const struct seccomp_data call = {.nr = number, .arch = SECCOMP_ARCHITECTURE, .args = {(uint32_t)status}};
    return seccomp_passes(wali_self, &call, &result, trap);
}

ENTRY(proc_exit)
{
    UNUSED_ENTRY;
    const int32_t status = args[0].i32;
    wasm_trap_t *trap = NULL;
    if (may_exit(SYS_exit_group, status, &trap)) {
        process_exit(status);
    }
    /* libc goes on with the other one. */
    if (trap == NULL && may_exit(SYS_exit, status, &trap)) {
        thread_exit(status);
        trap = leave_trap();
    }
    if (trap == NULL) {
        guest_fault("a filter of seccomp(2) allows no exit");
    }
    return trap;
}

/* First a line K=V for each variable without a newline, as every WALI libc
 * splits it.  The others follow a NUL, each ended by a NUL, for a libc that
 * looks there.  The length; `to` may be NULL, or has room for it. */
static size_t environment_text(char *to)
{
    const wali_config *config = wali_process.config;
    size_t length = 0;
    bool first = true;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < config->envc; i++) {
            const char *text = config->env[i];
            const size_t bytes = strlen(text);
            if ((memchr(text, '\n', bytes) != NULL) != (pass == 1)) {
                continue;
            }
            if (pass == 1 && first) {
                first = false;
                if (to != NULL) {
                    to[length] = '\0';
                }
                length++;
            }
            if (to != NULL) {
                memcpy(to + length, text, bytes);
                to[length + bytes] = pass == 1 ? '\0' : '\n';
            }
            length += bytes + 1;
        }
    }
    return length;
}

static char *shown_environment; /* what the kernel's own file has; NULL: it has the host's */

/* By now the guest has read its environment. */
static void close_environment(void)
{
    if (shown_environment != NULL &&
        thread_list()->next == NULL) { /* nobody else moves the break meanwhile */
        wali_process_show_environment(NULL, 0);
        munmap(shown_environment, environment_text(NULL));
        shown_environment = NULL;
    }
    const int fd = __atomic_exchange_n(&wali_process.environment_fd, -1, __ATOMIC_SEQ_CST);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
}

/* The guest has opened a file while ours with the environment is there: if it is
 * that, it is enough that the guest has it.  A high descriptor makes every fork
 * copy a long table. */
void environment_opened(const struct stat *opened)
{
    struct stat st;
    if (KERNEL(fstat, wali_process.environment_fd, &st) == 0 && st.st_ino == opened->st_ino &&
        st.st_dev == opened->st_dev) {
        close_environment();
    }
}

ENTRY(cl_get_argc)
{
    UNUSED_ENTRY;
    close_environment();
    args[0].i32 = wali_process.config->argc;
    return NULL;
}

/* The argument, or NULL if there is no such one. */
static const char *argument(int32_t index)
{
    const wali_config *config = wali_process.config;
    return index >= 0 && index < config->argc ? config->argv[index] : NULL;
}

ENTRY(cl_get_argv_len)
{
    UNUSED_ENTRY;
    const char *text = argument(args[0].i32);
    args[0].i32 = text == NULL ? 0 : (int32_t)strlen(text);
    return NULL;
}

ENTRY(cl_copy_argv)
{
    UNUSED_ENTRY;
    close_environment();
    const char *text = argument(args[1].i32);
    if (text == NULL || !copy_out(gaddr((uint32_t)args[0].i32), text, strlen(text) + 1)) {
        guest_fault("__cl_copy_argv: bad address or index");
    }
    args[0].i32 = 0;
    return NULL;
}

static _Noreturn void not_passed(const char *why)
{
    char text[100];
    snprintf(text, sizeof text, "the environment cannot be passed: %s", why);
    guest_abort(text);
}

/* The file, for a guest whose limit on the size of files allows it. */
static void make_file(const char *text, size_t length)
{
    int64_t fd = KERNEL(memfd_create, "environment", MFD_CLOEXEC);
    if (fd < 0) {
        not_passed("memfd_create failed");
    }
    const int64_t high = wali_private_fd((int)fd);
    if (high >= 0) {
        KERNEL(close, fd);
        fd = high;
    }
    wali_process.environment_fd = (int)fd;
    if (write_all(wali_process.environment_fd, text, length) != 0) {
        not_passed("writing it failed");
    }
}

/* Every file that can be written counts for RLIMIT_FSIZE, and the limit kills.  Then
 * the kernel's own file for an environment has the text, until it is read. */
static bool is_too_large(size_t length)
{
    struct rlimit limit;
    return KERNEL(prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 && limit.rlim_cur < length;
}

/* Once, however often the guest asks, until it has been read. */
static void pass_environment(size_t length)
{
    if (shown_environment != NULL || wali_process.environment_fd >= 0) {
        return;
    }
    char *text = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (text == MAP_FAILED) {
        not_passed("no memory");
    }
    environment_text(text);
    if (!is_too_large(length)) {
        make_file(text, length);
        munmap(text, length);
    } else if (wali_process_show_environment(text, length)) {
        shown_environment = text;
    } else {
        not_passed("it is larger than files may be (RLIMIT_FSIZE)");
    }
}

ENTRY(get_init_envfile)
{
    UNUSED_ENTRY;
    char path[40] = "/proc/self/environ";
    const uint32_t size = (uint32_t)args[1].i32;
    const gaddr_t buffer = gaddr((uint32_t)args[0].i32);
    const size_t length = environment_text(NULL);
    args[0].i32 = 0;
    if (length == 0) {
        return NULL;
    }
    pass_environment(length);
    if (shown_environment == NULL) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", wali_process.environment_fd);
    }
    if (strlen(path) + 1 > size || !copy_out(buffer, path, strlen(path) + 1)) {
        guest_fault("__get_init_envfile: bad buffer");
    }
    args[0].i32 = 1;
    return NULL;
}
