#define _GNU_SOURCE
#include "wali/native/calls/hidden.h"

#include "abi/guest.h"
#include "syscalls/rows.h"
#include "wali/native/base/kernel.h"
#include "wali/native/files/own_exe.h"
#include "wali/native/process/settings.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RECORD_HEAD 19 /* bytes of struct linux_dirent64 before the name (getdents(2)) */
#define NUMBER_ROOM 12 /* bytes of a descriptor's name and its end */
#define RECORD_LENGTH_AT 16

#define OURS 3

static int ours(size_t i)
{
    const int all[OURS] = {settings->trace_fd, settings->trace_area_fd, settings->stats_fd};
    return all[i];
}

static bool is_ours(int64_t fd)
{
    return fd >= 0 && (fd == ours(0) || fd == ours(1) || fd == ours(2));
}

/* Whether a name in /proc/self/fd is that of one of ours. */
static bool names_ours(const char *name)
{
    char own[NUMBER_ROOM];
    for (size_t i = 0; i < OURS; i++) {
        snprintf(own, sizeof own, "%d", ours(i));
        if (strcmp(name, own) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_path_of_ours(int dirfd, gaddr_t at)
{
    char path[PATH_MAX];
    if (copy_in_string(path, sizeof path, at) <= 0) {
        return false;
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return names_ours(name) &&
           (path_is_own(dirfd, path, name, "/fd") || path_is_own(dirfd, path, name, "/fdinfo"));
}

/* The errno of a call that names one of ours, by number or by path; 0 of another call. */
static int named(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    int dirfd = AT_FDCWD;
    for (size_t i = 0; row->signature[i] != '\0'; i++) {
        const uint8_t shape = wali_params[row->params + i].shape;
        if ((shape == WALI_FD || shape == WALI_DIRFD) && is_ours(args[i].i32)) {
            return EBADF;
        }
        if (shape == WALI_PATH && is_path_of_ours(dirfd, gaddr((uint32_t)args[i].i32))) {
            return ENOENT;
        }
        dirfd = shape == WALI_DIRFD ? args[i].i32 : AT_FDCWD;
    }
    return 0;
}

/* The first of ours from a number on; UINT32_MAX if there is none. */
static uint32_t next_of_ours(uint32_t from)
{
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < OURS; i++) {
        const uint32_t fd = (uint32_t)ours(i);
        next = fd >= from && fd < next ? fd : next;
    }
    return next;
}

/* close_range(2), but for ours: a guest that closes all that it may have inherited does not mean
 * these. */
static void close_others(const struct wali_row *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                         size_t count)
{
    const wasmtime_val_raw_t flags = args[2];
    const uint32_t end = (uint32_t)args[1].i32;
    uint32_t start = (uint32_t)args[0].i32;
    args[0].i64 = start > end ? -EINVAL : 0;
    while (start <= end && args[0].i64 == 0) {
        const uint32_t kept = next_of_ours(start);
        const uint32_t last = kept > end || kept == UINT32_MAX ? end : kept - 1;
        if (kept != start) {
            args[0].i32 = (int32_t)start;
            args[1].i32 = (int32_t)last;
            args[2] = flags;
            row_bound_to(row)((void *)(uintptr_t)row, caller, args, count);
        }
        if (last == end) {
            break;
        }
        start = kept + 1;
    }
}

/* Moves the bytes behind a record in guest memory to its place.  False on a bad address. */
static bool remove_record(gaddr_t record, uint32_t length, uint32_t behind)
{
    char part[1024];
    for (uint32_t at = 0; at < behind; at += sizeof part) {
        const uint32_t count = behind - at < sizeof part ? behind - at : (uint32_t)sizeof part;
        if (!copy_in(part, gaddr_add(record, length + at), count) ||
            !copy_out(gaddr_add(record, at), part, count)) {
            return false;
        }
    }
    return true;
}

/* The bytes that are left of a directory's records without ours. */
static int64_t without_ours(gaddr_t records, uint32_t bytes)
{
    for (uint32_t at = 0; at + RECORD_HEAD < bytes;) {
        char head[RECORD_HEAD + NUMBER_ROOM] = {0};
        uint16_t length;
        const uint32_t room = bytes - at < sizeof head ? bytes - at : (uint32_t)sizeof head;
        if (!copy_in(head, gaddr_add(records, at), room)) {
            break;
        }
        memcpy(&length, head + RECORD_LENGTH_AT, sizeof length);
        head[sizeof head - 1] = '\0';
        if (length < RECORD_HEAD || length > bytes - at) {
            break; /* another thread has written there */
        }
        if (!names_ours(head + RECORD_HEAD)) {
            at += length;
        } else if (remove_record(gaddr_add(records, at), length, bytes - at - length)) {
            bytes -= length;
        } else {
            break;
        }
    }
    return bytes;
}

static bool lists_descriptors(int fd)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d/.", fd);
    return path_is_own(AT_FDCWD, link, ".", "/fd") || path_is_own(AT_FDCWD, link, ".", "/fdinfo");
}

/* getdents(2) of /proc/self/fd.  If nothing is left of a part, the next one: an empty one would be the
 * end. */
static wasm_trap_t *list(const struct wali_row *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                         size_t count)
{
    const wasmtime_val_raw_t given[3] = {args[0], args[1], args[2]};
    for (;;) {
        wasm_trap_t *trap = row_bound_to(row)((void *)(uintptr_t)row, caller, args, count);
        const int64_t bytes = args[0].i64;
        if (trap != NULL || bytes <= 0 || !lists_descriptors(given[0].i32)) {
            return trap;
        }
        args[0].i64 = without_ours(gaddr((uint32_t)given[1].i32), (uint32_t)bytes);
        if (args[0].i64 > 0) {
            return NULL;
        }
        memcpy(args, given, sizeof given);
    }
}

wasm_trap_t *hidden_call(const struct wali_row *row, wasmtime_caller_t *caller, wasmtime_val_raw_t *args,
                         size_t count)
{
    const int failure = named(row, args);
    if (failure != 0) {
        args[0].i64 = -failure;
        return NULL;
    }
    if (row->number == SYS_close_range) {
        close_others(row, caller, args, count);
        return NULL;
    }
    if (row->number == SYS_getdents64 || row->number == SYS_getdents) {
        return list(row, caller, args, count);
    }
    return row_bound_to(row)((void *)(uintptr_t)row, caller, args, count);
}
