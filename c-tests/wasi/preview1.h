/* The functions of preview1 as a module imports them, past libc: what libc never passes, or never looks at.
 * imports.h has them. */
#ifndef PREVIEW1_H
#define PREVIEW1_H

#include "check.h"
#include "imports.h"

/* The call answers this code. */
#define GIVES(call, code) gives(__FILE__, __LINE__, #call, (call), (code), (code))
/* The call answers one of two codes: engines differ, and programs take both. */
#define GIVES2(call, code, other) gives(__FILE__, __LINE__, #call, (call), (code), (other))
/* An address or a length leaves guest memory, or an enumeration has no such value: engines in which that is
 * the end of the program cannot make these checks. */
#ifdef OTHER_ENGINE
#define FAULTS(call) ((void)sizeof(call))
#define FAULTS_OR(call, other) ((void)sizeof(call))
#define UNKNOWN(call) ((void)sizeof(call))
#else
#define FAULTS(call) gives(__FILE__, __LINE__, #call, (call), W_FAULT, W_FAULT)
#define FAULTS_OR(call, other) gives(__FILE__, __LINE__, #call, (call), W_FAULT, (other))
#define UNKNOWN(call) gives(__FILE__, __LINE__, #call, (call), W_INVAL, W_INVAL)
#endif
/* The call reaches out of what the guest was given: wasmtime says PERM, others NOTCAPABLE. */
#define REFUSED(call) gives(__FILE__, __LINE__, #call, (call), W_PERM, W_NOTCAPABLE)

static inline bool gives(const char *file, int line, const char *text, int code, int expected, int other)
{
    bool right = code == expected || code == other;
    say("%s: %s", text, right ? "yes" : "NO");
    if (!right) {
        check_failed(file, line, "%s: %d instead of %d%s", text, code, expected,
                     expected == other ? "" : " or its like");
    }
    return right;
}

/* A path and its length, as two arguments. */
#define P(path) (path), (uint32_t)strlen(path)

/* The end of guest memory, all of it: the first address that is none of the guest's. */
static inline uint8_t *end_of_memory(void)
{
    return (uint8_t *)(__builtin_wasm_memory_size(0) << 16);
}

/* The last `bytes` bytes of guest memory. */
static inline void *last(uint32_t bytes)
{
    return end_of_memory() - bytes;
}

static inline struct iov iov(const void *at, uint32_t length)
{
    return (struct iov){(uint32_t)(uintptr_t)at, length};
}

/* The preopened folder of the test. */
enum { HERE = 3 };

/* Opens below HERE with the rights of a file, or ends the test. */
static inline uint32_t opened(const char *path, uint32_t oflags, uint32_t fdflags)
{
    uint32_t fd = UINT32_MAX;
    int code = p1_path_open(HERE, 0, P(path), oflags, RIGHTS_FILE, 0, fdflags, &fd);
    if (code != 0) {
        check_failed(__FILE__, __LINE__, "path_open %s: %d", path, code);
        exit(1);
    }
    return fd;
}

/* A new file below HERE with this content, open for both, its position at the end. */
static inline uint32_t created(const char *path, const char *content)
{
    uint32_t fd = opened(path, CREAT | TRUNC, 0), size = 0;
    struct iov data = iov(content, (uint32_t)strlen(content));
    if (p1_fd_write(fd, &data, 1, &size) != 0 || size != data.length) {
        check_failed(__FILE__, __LINE__, "fd_write %s", path);
    }
    return fd;
}

/* Opens a directory below HERE. */
static inline uint32_t opened_directory(const char *path)
{
    uint32_t fd = UINT32_MAX;
    int code = p1_path_open(HERE, FOLLOW, P(path), DIRECTORY, RIGHT_READDIR, RIGHTS_ALL, 0, &fd);
    if (code != 0) {
        check_failed(__FILE__, __LINE__, "path_open directory %s: %d", path, code);
        exit(1);
    }
    return fd;
}

#endif
