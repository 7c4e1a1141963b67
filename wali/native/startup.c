#define _GNU_SOURCE
#include "startup.h"

#include "abi/guest.h"
#include "kernel.h"
#include "process.h"
#include "setjmp.h"
#include "threads.h"
#include "trap.h"
#include "write_all.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define ENTRY(name)                                                                                          \
    static wasm_trap_t *name(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *args, size_t count)

#define UNUSED_ENTRY (void)env, (void)caller, (void)count

/* 0 the first time, 1 after: the guest asks whether it has to set itself up. */
ENTRY(init)
{
    static bool done;
    UNUSED_ENTRY;
    args[0].i32 = done;
    done = true;
    return NULL;
}

ENTRY(deinit)
{
    static bool done;
    UNUSED_ENTRY;
    args[0].i32 = done;
    done = true;
    return NULL;
}

ENTRY(proc_exit)
{
    UNUSED_ENTRY;
    process_exit(args[0].i32);
}

/* By now the guest has read its environment. */
static void close_environment(void)
{
    if (wali_process.environment_fd >= 0) {
        KERNEL(close, wali_process.environment_fd);
        wali_process.environment_fd = -1;
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

ENTRY(get_argc)
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

ENTRY(get_argv_len)
{
    UNUSED_ENTRY;
    const char *text = argument(args[0].i32);
    args[0].i32 = text == NULL ? 0 : (int32_t)strlen(text);
    return NULL;
}

ENTRY(copy_argv)
{
    UNUSED_ENTRY;
    const char *text = argument(args[1].i32);
    if (text == NULL || !copy_out(gaddr((uint32_t)args[0].i32), text, strlen(text) + 1)) {
        guest_fault("__cl_copy_argv: bad address or index");
    }
    args[0].i32 = 0;
    return NULL;
}

static bool write_text(int fd, const char *text, size_t length)
{
    return write_all(fd, text, length) == 0;
}

/* First a line K=V for each variable without a newline, as every WALI libc
 * splits it.  The others follow a NUL, each ended by a NUL, for a libc that
 * looks there. */
static bool write_environment(int fd)
{
    const wali_config *config = wali_process.config;
    for (int i = 0; i < config->envc; i++) {
        const char *text = config->env[i];
        if (strchr(text, '\n') == NULL && !(write_text(fd, text, strlen(text)) && write_text(fd, "\n", 1))) {
            return false;
        }
    }
    bool first = true;
    for (int i = 0; i < config->envc; i++) {
        const char *text = config->env[i];
        if (strchr(text, '\n') == NULL) {
            continue;
        }
        if ((first && !write_text(fd, "", 1)) || !write_text(fd, text, strlen(text) + 1)) {
            return false;
        }
        first = false;
    }
    return true;
}

ENTRY(get_init_envfile)
{
    UNUSED_ENTRY;
    char path[40];
    uint32_t size = (uint32_t)args[1].i32;
    gaddr_t buffer = gaddr((uint32_t)args[0].i32);
    args[0].i32 = 0;
    if (wali_process.config->envc == 0) {
        return NULL;
    }
    int64_t fd = KERNEL(memfd_create, "environment", MFD_CLOEXEC);
    if (fd < 0) {
        guest_abort("the environment cannot be passed: memfd_create failed");
    }
    const int64_t high = wali_private_fd((int)fd);
    if (high >= 0) {
        KERNEL(close, fd);
        fd = high;
    }
    wali_process.environment_fd = (int)fd;
    if (!write_environment(wali_process.environment_fd)) {
        guest_abort("the environment cannot be passed: writing it failed");
    }
    size_t length = (size_t)snprintf(path, sizeof path, "/proc/self/fd/%d", wali_process.environment_fd) + 1;
    if (length > size || !copy_out(buffer, path, length)) {
        guest_fault("__get_init_envfile: bad buffer");
    }
    args[0].i32 = 1;
    return NULL;
}

/* setjmp and longjmp find the frame that called them by what is the same for all
 * imports of a type, so that they have but one (setjmp.c). */
const struct startup_import startup_imports[] = {
    {"__init", "", 0, init},
    {"__deinit", "", 0, deinit},
    {"__proc_exit", "i", 0, proc_exit},
    {"__cl_get_argc", "", 0, get_argc},
    {"__cl_get_argv_len", "i", 0, get_argv_len},
    {"__cl_copy_argv", "ii", 0, copy_argv},
    {"__get_init_envfile", "ii", 0, get_init_envfile},
    {"__wasm_thread_spawn", "ii", 0, thread_spawn},
    {"setjmp", "i", 'i', wali_setjmp},
    {"_setjmp", "i", 'i', wali_setjmp},
    {"__setjmp", "i", 'i', wali_setjmp},
    {"sigsetjmp", "ii", 'i', wali_sigsetjmp},
    {"__sigsetjmp", "ii", 'i', wali_sigsetjmp},
    {"longjmp", "ii", '-', wali_longjmp},
    {"_longjmp", "ii", '-', wali_longjmp},
    {"siglongjmp", "ii", '-', wali_longjmp},
};
const size_t startup_import_count = sizeof startup_imports / sizeof startup_imports[0];
