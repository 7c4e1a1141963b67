/* What every c-test uses: each check prints one line that is the same natively and as wasm, and a failed
 * check makes done() answer 1. Include it first: it sets the feature macros. README.md has the rest. */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifndef __wasi__
#include <sys/syscall.h>
#endif
#include <sys/types.h>
#include <unistd.h>

/* A system call past libc: numbers are constants, and each argument is widened to the register that the
 * kernel reads. */
#define RAW(...) RAW_PICK(__VA_ARGS__, RAW_6, RAW_5, RAW_4, RAW_3, RAW_2, RAW_1, RAW_0, 0)(__VA_ARGS__)
#define RAW_PICK(n, a, b, c, d, e, f, pick, ...) pick
#define RAW_0(n) syscall(n)
#define RAW_1(n, a) syscall(n, (long)(a))
#define RAW_2(n, a, b) syscall(n, (long)(a), (long)(b))
#define RAW_3(n, a, b, c) syscall(n, (long)(a), (long)(b), (long)(c))
#define RAW_4(n, a, b, c, d) syscall(n, (long)(a), (long)(b), (long)(c), (long)(d))
#define RAW_5(n, a, b, c, d, e) syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))
#define RAW_6(n, a, b, c, d, e, f)                                                                           \
    syscall(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* `condition` holds. */
#define CHECK(condition) check_that(__FILE__, __LINE__, #condition, (condition))
/* The call succeeds. Prints no value, for values differ from run to run; answers the value. */
#define OK(call) check_ok(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)))
/* The call answers exactly `value`, which is printed. */
#define IS(call, value) check_is(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), (value))
/* The call answers -1 and sets errno to `code`. */
#define ERR(call, code) check_err(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), (code))
/* The call answers -1 with one of two codes, as the file system or the user decides; prints no code. */
#define ERR2(call, code, other)                                                                              \
    check_err2(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), (code), (other))
/* The call answers -1, with one code on Linux and another one by WASI's specification; prints no code. */
#ifdef __wasi__
#define ERR_BY(call, linux_code, wasi_code)                                                                  \
    check_err2(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), (wasi_code), (wasi_code))
#else
#define ERR_BY(call, linux_code, wasi_code)                                                                  \
    check_err2(__FILE__, __LINE__, #call, (errno = 0, (long long)(call)), (linux_code), (linux_code))
#endif
/* The two strings are equal; printed. */
#define TEXT(expression, text) check_text(__FILE__, __LINE__, #expression, (expression), (text))

static int check_failures;

static inline const char *errno_name(int code)
{
    static const struct {
        int code;
        const char *name;
    } names[] = {
#define NAME(e) {e, #e}
        NAME(EPERM),           NAME(ENOENT),       NAME(ESRCH),
        NAME(EINTR),           NAME(EIO),          NAME(ENXIO),
        NAME(E2BIG),           NAME(ENOEXEC),      NAME(EBADF),
        NAME(ECHILD),          NAME(EAGAIN),       NAME(ENOMEM),
        NAME(EACCES),          NAME(EFAULT),       NAME(EBUSY),
        NAME(EEXIST),          NAME(EXDEV),        NAME(ENODEV),
        NAME(ENOTDIR),         NAME(EISDIR),       NAME(EINVAL),
        NAME(ENFILE),          NAME(EMFILE),       NAME(ENOTTY),
        NAME(ETXTBSY),         NAME(EFBIG),        NAME(ENOSPC),
        NAME(ESPIPE),          NAME(EROFS),        NAME(EMLINK),
        NAME(EPIPE),           NAME(EDOM),         NAME(ERANGE),
        NAME(EDEADLK),         NAME(ENAMETOOLONG), NAME(ENOLCK),
        NAME(ENOSYS),          NAME(ENOTEMPTY),    NAME(ELOOP),
        NAME(ENOMSG),          NAME(EIDRM),        NAME(EPROTO),
        NAME(EBADMSG),         NAME(EOVERFLOW),    NAME(EILSEQ),
        NAME(ENOTSOCK),        NAME(EDESTADDRREQ), NAME(EMSGSIZE),
        NAME(EPROTOTYPE),      NAME(ENOPROTOOPT),  NAME(EPROTONOSUPPORT),
        NAME(EOPNOTSUPP),      NAME(EAFNOSUPPORT), NAME(EADDRINUSE),
        NAME(EADDRNOTAVAIL),   NAME(ENETDOWN),     NAME(ENETUNREACH),
        NAME(ENETRESET),       NAME(ECONNABORTED), NAME(ECONNRESET),
        NAME(ENOBUFS),         NAME(EISCONN),      NAME(ENOTCONN),
        NAME(ETIMEDOUT),       NAME(ECONNREFUSED), NAME(EHOSTUNREACH),
        NAME(EALREADY),        NAME(EINPROGRESS),  NAME(ESTALE),
        NAME(EDQUOT),          NAME(ECANCELED),    NAME(EOWNERDEAD),
        NAME(ENOTRECOVERABLE),
#ifdef __wasi__
        NAME(ENOTCAPABLE),
#else
        NAME(ENOTBLK),
        NAME(ENODATA),
        NAME(ETIME),
        NAME(EUSERS),
        NAME(ESOCKTNOSUPPORT),
        NAME(EPFNOSUPPORT),
        NAME(ESHUTDOWN),
        NAME(ETOOMANYREFS),
        NAME(EHOSTDOWN),
        NAME(ENOKEY),
        NAME(EKEYEXPIRED),
        NAME(EKEYREVOKED),
        NAME(EHWPOISON),
#endif
#undef NAME
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].code == code) {
            return names[i].name;
        }
    }
    return code ? "E?" : "success";
}

__attribute__((format(printf, 3, 4))) static inline void check_failed(const char *file, int line,
                                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    check_failures++;
}

/* Each line is flushed, so that a crash still shows how far the program came. */
__attribute__((format(printf, 1, 2))) static inline void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

static inline bool check_that(const char *file, int line, const char *text, bool holds)
{
    say("%s: %s", text, holds ? "yes" : "NO");
    if (!holds) {
        check_failed(file, line, "%s: does not hold", text);
    }
    return holds;
}

static inline long long check_ok(const char *file, int line, const char *text, long long value)
{
    int code = errno;
    say("%s: %s", text, value == -1 ? errno_name(code) : "ok");
    if (value == -1) {
        check_failed(file, line, "%s: %s (%d)", text, errno_name(code), code);
    }
    errno = code;
    return value;
}

static inline long long check_is(const char *file, int line, const char *text, long long value,
                                 long long expected)
{
    int code = errno;
    say("%s -> %lld", text, value);
    if (value != expected) {
        check_failed(file, line, "%s: %lld instead of %lld, %s", text, value, expected, errno_name(code));
    }
    errno = code;
    return value;
}

static inline void check_err(const char *file, int line, const char *text, long long value, int expected)
{
    int code = errno;
    say("%s: %s", text, value == -1 ? errno_name(code) : "ok");
    if (value != -1 || code != expected) {
        check_failed(file, line, "%s: %lld, %s (%d) instead of %s", text, value, errno_name(code), code,
                     errno_name(expected));
    }
}

static inline void check_err2(const char *file, int line, const char *text, long long value, int expected,
                              int other)
{
    int code = errno;
    bool right = value == -1 && (code == expected || code == other);
    say("%s: %s", text, right ? "fails" : "WRONG");
    if (!right) {
        check_failed(file, line, "%s: %lld, %s (%d) instead of %s or %s", text, value, errno_name(code), code,
                     errno_name(expected), errno_name(other));
    }
}

static inline void check_text(const char *file, int line, const char *expression, const char *text,
                              const char *expected)
{
    say("%s: \"%s\"", expression, text);
    if (strcmp(text, expected) != 0) {
        check_failed(file, line, "%s: \"%s\" instead of \"%s\"", expression, text, expected);
    }
}

/* What main returns. */
static inline int done(void)
{
    fflush(stdout);
    return check_failures ? 1 : 0;
}

/* The machine cannot run this test: said natively, it skips the test; said only as wasm, it fails it. */
static inline void skip(const char *reason)
{
    fprintf(stderr, "%s\n", reason);
    fflush(stdout);
    exit(77);
}

/* An address that no process has: the end of the address space, natively and in a 4 GiB guest. (0 will not
 * do: it is ordinary memory in wasm.) */
static inline void *bad_pointer(void)
{
    static void *volatile pointer = (void *)(intptr_t)-16;
    return pointer;
}

/* A name of `length` letters, as a new string. */
static inline char *long_name(size_t length)
{
    char *name = malloc(length + 1);
    memset(name, 'n', length);
    name[length] = 0;
    return name;
}

/* Creates the file `name` with this content (cut short if it is there) and answers it open for reading and
 * writing, at its beginning. */
static inline int make_file(const char *name, const char *content)
{
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    size_t length = strlen(content);
    if (fd < 0 || write(fd, content, length) != (ssize_t)length || lseek(fd, 0, SEEK_SET) != 0) {
        check_failed(__FILE__, __LINE__, "make_file %s: %s", name, errno_name(errno));
    }
    return fd;
}

/* The first 4095 bytes of the file `name`, in a buffer that the next call reuses. */
static inline const char *content_of(const char *name)
{
    static char content[4096];
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, content, sizeof content - 1);
    if (fd >= 0) {
        close(fd);
    }
    content[length < 0 ? 0 : length] = 0;
    return length < 0 ? "(unreadable)" : content;
}

#ifndef __wasi__
/* For good an ordinary user, so that permissions count; the current directory stays usable. Ends the program
 * if that fails, since what comes next may be meant to be forbidden. */
static inline void become_ordinary_user(void)
{
    if (geteuid() == 0 && (chmod(".", 0777) != 0 || RAW(SYS_setgroups, 0, 0) != 0 ||
                           RAW(SYS_setresgid, 65534, 65534, 65534) != 0 ||
                           RAW(SYS_setresuid, 65534, 65534, 65534) != 0 || geteuid() == 0)) {
        check_failed(__FILE__, __LINE__, "become_ordinary_user: %s", errno_name(errno));
        exit(1);
    }
}
#endif

#endif
