#define _GNU_SOURCE
#include "syscalls/trace.h"

#include "abi/_generated/guest_structs.h"
#include "syscalls/trace_text.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Bytes of a string and of a path, and elements of an array, before "...". */
#define MOST_TEXT 32
#define MOST_PATH 255
#define MOST_ELEMENTS 16

/* The last error number that the kernel may return. */
#define MAX_ERRNO 4095

/* One call. */
struct call {
    const struct wali_row *row;
    const wasmtime_val_raw_t *args;
    int64_t result;
};

static void put_bytes(struct text *text, gaddr_t at, uint64_t n)
{
    unsigned char bytes[MOST_TEXT];
    const size_t shown = n < MOST_TEXT ? (size_t)n : MOST_TEXT;
    if (at.v == 0 || !copy_in(bytes, at, shown)) {
        put_address(text, at);
        return;
    }
    put_escaped(text, bytes, shown);
    put_text(text, n > shown ? "..." : "");
}

static void put_string(struct text *text, gaddr_t at, size_t most)
{
    unsigned char bytes[MOST_PATH];
    size_t n = 0;
    /* By byte: the string may end just before memory does. */
    while (n < most && copy_in(&bytes[n], gaddr_add(at, (uint32_t)n), 1) && bytes[n] != '\0') {
        n++;
    }
    unsigned char last;
    if (at.v == 0 || !copy_in(&last, gaddr_add(at, (uint32_t)n), 1)) {
        put_address(text, at);
        return;
    }
    put_escaped(text, bytes, n);
    put_text(text, last != '\0' ? "..." : "");
}

static void put_vector(struct text *text, gaddr_t at)
{
    uint32_t string;
    put(text, '[');
    for (uint32_t i = 0; copy_in(&string, gaddr_add(at, i * 4), sizeof string) && string != 0; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS) {
            put_text(text, "...");
            break;
        }
        put_string(text, gaddr(string), MOST_TEXT);
    }
    put(text, ']');
}

/* Structures.  Each function prints one element, which lies at `at`. */

static bool put_seconds(struct text *text, gaddr_t at, const char *fraction)
{
    struct wali_timespec t; /* struct timeval has its layout */
    if (!copy_in(&t, at, sizeof t)) {
        return false;
    }
    put_member(text, "{tv_sec=", t.tv_sec);
    put_member(text, fraction, t.tv_nsec);
    put(text, '}');
    return true;
}

static bool put_interval(struct text *text, gaddr_t at, const char *fraction)
{
    struct wali_itimerspec whole;
    if (!copy_in(&whole, at, sizeof whole)) {
        return false;
    }
    put_text(text, "{it_interval=");
    put_seconds(text, at, fraction);
    put_text(text, ", it_value=");
    put_seconds(text, gaddr_add(at, 16), fraction);
    put(text, '}');
    return true;
}

static void put_mode(struct text *text, uint32_t mode)
{
    put_choice(text, &wali_symbols_file_type, mode & S_IFMT);
    put(text, '|');
    put_octal(text, mode & ~(uint32_t)S_IFMT);
}

static bool put_stat(struct text *text, gaddr_t at)
{
    struct wali_stat s;
    if (!copy_in(&s, at, sizeof s)) {
        return false;
    }
    put_text(text, "{st_mode=");
    put_mode(text, s.st_mode);
    put_member(text, ", st_size=", s.st_size);
    put_text(text, ", ...}");
    return true;
}

static bool put_statx(struct text *text, gaddr_t at)
{
    struct wali_statx s;
    if (!copy_in(&s, at, sizeof s)) {
        return false;
    }
    put_text(text, "{stx_mode=");
    put_mode(text, s.stx_mode);
    put_member(text, ", stx_size=", (int64_t)s.stx_size);
    put_text(text, ", ...}");
    return true;
}

static bool put_pollfd(struct text *text, gaddr_t at)
{
    struct wali_pollfd p;
    if (!copy_in(&p, at, sizeof p)) {
        return false;
    }
    put_member(text, "{fd=", p.fd);
    put_text(text, ", events=");
    put_flags(text, &wali_symbols_poll_events, (uint16_t)p.events);
    put_text(text, ", revents=");
    put_flags(text, &wali_symbols_poll_events, (uint16_t)p.revents);
    put(text, '}');
    return true;
}

static bool put_epoll_event(struct text *text, gaddr_t at)
{
    struct wali_epoll_event e;
    if (!copy_in(&e, at, sizeof e)) {
        return false;
    }
    put_text(text, "{events=");
    put_flags(text, &wali_symbols_epoll_events, e.events);
    put_text(text, ", data=");
    put_hex(text, e.data);
    put(text, '}');
    return true;
}

static bool put_rlimit(struct text *text, gaddr_t at)
{
    struct wali_rlimit r;
    if (!copy_in(&r, at, sizeof r)) {
        return false;
    }
    put_member(text, "{rlim_cur=", (int64_t)r.rlim_cur); /* -1: no limit */
    put_member(text, ", rlim_max=", (int64_t)r.rlim_max);
    put(text, '}');
    return true;
}

static bool put_sigset(struct text *text, gaddr_t at)
{
    struct wali_sigset set;
    if (!copy_in(&set, at, sizeof set)) {
        return false;
    }
    bool any = false;
    put(text, '[');
    for (int signo = 1; signo <= 64; signo++) {
        if (set.bits >> (signo - 1) & 1) {
            put_text(text, any ? " " : "");
            put_signal(text, signo);
            any = true;
        }
    }
    put(text, ']');
    return true;
}

static bool put_utsname(struct text *text, gaddr_t at)
{
    put_text(text, "{sysname=");
    put_string(text, at, MOST_TEXT);
    put_text(text, ", nodename=");
    put_string(text, gaddr_add(at, offsetof(struct wali_utsname, nodename)), MOST_TEXT);
    put_text(text, ", ...}");
    return true;
}

/* Of what a read filled, or a write has, at most *left bytes belong to it. */
static bool put_iovec(struct text *text, gaddr_t at, uint64_t *left)
{
    struct wali_iovec v;
    if (!copy_in(&v, at, sizeof v)) {
        return false;
    }
    const uint64_t used = v.iov_len < *left ? v.iov_len : *left;
    *left -= used;
    put_text(text, "{iov_base=");
    put_bytes(text, gaddr(v.iov_base), used);
    put_member(text, ", iov_len=", v.iov_len);
    put(text, '}');
    return true;
}

static bool put_struct(struct text *text, uint8_t layout, gaddr_t at, uint64_t *left)
{
    switch (layout) {
    case WALI_LAYOUT_TIMESPEC:
        return put_seconds(text, at, ", tv_nsec=");
    case WALI_LAYOUT_TIMEVAL:
        return put_seconds(text, at, ", tv_usec=");
    case WALI_LAYOUT_ITIMERSPEC:
        return put_interval(text, at, ", tv_nsec=");
    case WALI_LAYOUT_ITIMERVAL:
        return put_interval(text, at, ", tv_usec=");
    case WALI_LAYOUT_STAT:
        return put_stat(text, at);
    case WALI_LAYOUT_STATX:
        return put_statx(text, at);
    case WALI_LAYOUT_POLLFD:
        return put_pollfd(text, at);
    case WALI_LAYOUT_EPOLL_EVENT:
        return put_epoll_event(text, at);
    case WALI_LAYOUT_RLIMIT:
        return put_rlimit(text, at);
    case WALI_LAYOUT_SIGSET:
        return put_sigset(text, at);
    case WALI_LAYOUT_UTSNAME:
        return put_utsname(text, at);
    case WALI_LAYOUT_IOVEC:
        return put_iovec(text, at, left);
    default:
        return false;
    }
}

/* Arrays. */

static int64_t scalar_of(const struct call *call, size_t i)
{
    const wasmtime_val_raw_t *arg = &call->args[i];
    if (call->row->signature[i] == 'I') {
        return arg->i64;
    }
    return call->row->signed_mask >> i & 1 ? arg->i32 : (int64_t)(uint32_t)arg->i32;
}

static bool put_element(struct text *text, const struct wali_param *param, gaddr_t at, uint64_t *left)
{
    int32_t word;
    int64_t wide;
    if (param->shape == WALI_STRUCT) {
        return put_struct(text, param->layout, at, left);
    }
    if (param->shape == WALI_INTS ? !copy_in(&word, at, sizeof word) : !copy_in(&wide, at, sizeof wide)) {
        return false;
    }
    put_signed(text, param->shape == WALI_INTS ? word : wide);
    return true;
}

static void put_array(struct text *text, const struct wali_param *param, gaddr_t at, uint64_t n,
                      uint64_t left)
{
    struct text start = *text;
    const bool brackets = param->count_at >= 0 || param->count != 1 || param->shape != WALI_STRUCT;
    put_text(text, brackets ? "[" : "");
    for (uint32_t i = 0; i < n; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS) {
            put_text(text, "...");
            break;
        }
        if (!put_element(text, param, gaddr_add(at, i * param->unit), &left)) {
            *text = start;
            put_address(text, at);
            return;
        }
    }
    put_text(text, brackets ? "]" : "");
}

/* What lies at an address: as much of it as the call filled, if it did. */
static void put_pointee(struct text *text, const struct call *call, const struct wali_param *param,
                        gaddr_t at)
{
    const int64_t given = param->count_at < 0 ? param->count : scalar_of(call, (size_t)param->count_at);
    uint64_t n = given < 0 ? 0 : (uint64_t)given;
    uint64_t left = UINT64_MAX;
    const bool filled = param->direction != WALI_IN;
    if (at.v == 0 || (filled && call->result < 0)) {
        put_address(text, at);
        return;
    }
    if (filled && param->layout == WALI_LAYOUT_IOVEC) {
        left = (uint64_t)call->result;
    } else if (param->direction == WALI_OUT && param->count_at >= 0 && (uint64_t)call->result < n) {
        n = (uint64_t)call->result;
    }
    if (param->shape == WALI_BYTES) {
        put_bytes(text, at, param->plus + n * param->unit);
    } else {
        put_array(text, param, at, n, left);
    }
}

static void put_param(struct text *text, const struct call *call, size_t i)
{
    const struct wali_param *param = &call->row->params[i];
    const int64_t value = scalar_of(call, i);
    const gaddr_t at = gaddr((uint32_t)call->args[i].i32);
    switch (param->shape) {
    case WALI_UINT:
        put_number(text, (uint64_t)value, 10);
        break;
    case WALI_DIRFD:
        put_text(text, value == -100 ? "AT_FDCWD" : "");
        if (value != -100) {
            put_signed(text, value);
        }
        break;
    case WALI_HEX:
    case WALI_DEVICE:
        put_hex(text, (uint64_t)value);
        break;
    case WALI_OCTAL:
        put_octal(text, (uint64_t)value);
        break;
    case WALI_FLAGS:
        put_flags(text, param->symbols, call->row->signature[i] == 'I' ? (uint64_t)value : (uint32_t)value);
        break;
    case WALI_CHOICE:
        put_choice(text, param->symbols, value);
        break;
    case WALI_SIGNAL:
        put_signal(text, value);
        break;
    case WALI_ADDRESS:
    case WALI_BITS:
        put_address(text, at);
        break;
    case WALI_PATH:
        put_string(text, at, MOST_PATH);
        break;
    case WALI_STRING:
        put_string(text, at, MOST_TEXT);
        break;
    case WALI_VECTOR:
        put_vector(text, at);
        break;
    case WALI_BYTES:
    case WALI_INTS:
    case WALI_LONGS:
    case WALI_STRUCT:
        put_pointee(text, call, param, at);
        break;
    default:
        put_signed(text, value);
        break;
    }
}

/* The first parameter that is only known after the call. */
static size_t first_filled(const struct wali_row *row)
{
    size_t i = 0;
    while (row->signature[i] != '\0' && row->params[i].direction < WALI_OUT) {
        i++;
    }
    return i;
}

static void put_params(struct text *text, const struct call *call, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        put_text(text, i > 0 ? ", " : "");
        put_param(text, call, i);
    }
}

static void put_result(struct text *text, const struct call *call)
{
    const int64_t result = call->result;
    char room[64];
    put_text(text, ") = ");
    if (result < 0 && result >= -MAX_ERRNO) {
        put_text(text, "-1 ");
        put_choice(text, &wali_symbols_errno, -result);
        put_text(text, " (");
        put_text(text, strerror_r((int)-result, room, sizeof room));
        put(text, ')');
    } else if (call->row->address_result) {
        put_hex(text, (uint64_t)result);
    } else {
        put_signed(text, result);
    }
}

size_t wali_trace_enter(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    struct text text = {buf, buf + size - 1};
    const struct call call = {row, args, 0};
    put_text(&text, row->name);
    put(&text, '(');
    put_params(&text, &call, 0, first_filled(row));
    if (row->number == SYS_exit || row->number == SYS_exit_group) { /* they do not return */
        put_text(&text, ") = ?");
        *text.at++ = '\n';
    }
    return (size_t)(text.at - buf);
}

size_t wali_trace_exit(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args,
                       int64_t result)
{
    struct text text = {buf, buf + size - 1};
    const struct call call = {row, args, result};
    put_params(&text, &call, first_filled(row), strlen(row->signature));
    put_result(&text, &call);
    *text.at++ = '\n';
    return (size_t)(text.at - buf);
}
