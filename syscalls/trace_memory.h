/* Writes what lies at guest addresses into the trace: strings, structures, addresses of sockets. */
#ifndef WALI_TRACE_MEMORY_H
#define WALI_TRACE_MEMORY_H

#include "abi/_generated/guest_structs.h"
#include "syscalls/trace_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* The most bytes of a string and of a path, and the most elements of an array, that are shown
 * before "...". */
#define MOST_TEXT 32
#define MOST_PATH 255
#define MOST_ELEMENTS 16

union wali_sockaddr {
    sa_family_t family;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
};

static inline void put_bytes(struct text *text, gaddr_t at, uint64_t n)
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

static inline void put_string(struct text *text, gaddr_t at, size_t most)
{
    unsigned char bytes[MOST_PATH];
    size_t n = 0;
    /* byte by byte: the string may end right before the end of memory */
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

static inline void put_vector(struct text *text, gaddr_t at)
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

static inline void put_port(struct text *text, const char *name, uint16_t port)
{
    put_text(text, name);
    put_number(text, ntohs(port), 10);
    put(text, ')');
}

static inline void put_internet(struct text *text, const union wali_sockaddr *a)
{
    char room[INET6_ADDRSTRLEN];
    const bool is_ipv4 = a->family == AF_INET;
    const void *host = is_ipv4 ? (const void *)&a->in.sin_addr : (const void *)&a->in6.sin6_addr;
    put_port(text, is_ipv4 ? ", sin_port=htons(" : ", sin6_port=htons(",
             is_ipv4 ? a->in.sin_port : a->in6.sin6_port);
    put_text(text, is_ipv4 ? ", sin_addr=inet_addr(\"" : ", sin6_addr=inet_pton(\"");
    put_text(text, inet_ntop(a->family, host, room, sizeof room));
    put_text(text, "\")");
}

/* A socket address.  Its family says how long it is. */
static inline void put_sockaddr(struct text *text, gaddr_t at)
{
    union wali_sockaddr a = {0};
    if (!copy_in(&a.family, at, sizeof a.family)) {
        put_address(text, at);
        return;
    }
    const sa_family_t family = a.family;
    put_text(text, "{sa_family=");
    put_choice(text, &wali_symbols_domain, family);
    if ((family == AF_INET && copy_in(&a.in, at, sizeof a.in)) ||
        (family == AF_INET6 && copy_in(&a.in6, at, sizeof a.in6))) {
        put_internet(text, &a);
    } else if (family == AF_UNIX) {
        put_text(text, ", sun_path=");
        put_string(text, gaddr_add(at, offsetof(struct sockaddr_un, sun_path)),
                   sizeof((struct sockaddr_un *)0)->sun_path);
    } else {
        put_text(text, ", ...");
    }
    put(text, '}');
}

/* An fd_set of this many bits. */
static inline void put_bits(struct text *text, gaddr_t at, int64_t bits)
{
    uint64_t word = 0;
    bool any = false;
    if (at.v == 0 || !copy_in(&word, at, sizeof word)) {
        put_address(text, at);
        return;
    }
    put(text, '[');
    for (uint32_t i = 0; i < bits; i++) {
        if (i % 64 == 0 && !copy_in(&word, gaddr_add(at, i / 8), sizeof word)) {
            break;
        }
        if (word >> i % 64 & 1) {
            put_text(text, any ? " " : "");
            put_number(text, i, 10);
            any = true;
        }
    }
    put(text, ']');
}

/* Structures.  Each function writes the structure at `at`; false on a bad address. */

static inline bool put_seconds(struct text *text, gaddr_t at, const char *fraction)
{
    struct wali_timespec t; /* struct timeval has the same layout */
    if (!copy_in(&t, at, sizeof t)) {
        return false;
    }
    put_member(text, "{tv_sec=", t.tv_sec);
    put_member(text, fraction, t.tv_nsec);
    put(text, '}');
    return true;
}

static inline bool put_interval(struct text *text, gaddr_t at, const char *fraction)
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

static inline void put_mode(struct text *text, uint32_t mode)
{
    put_choice(text, &wali_symbols_file_type, mode & S_IFMT);
    put(text, '|');
    put_octal(text, mode & ~(uint32_t)S_IFMT);
}

static inline bool put_stat(struct text *text, gaddr_t at)
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

static inline bool put_statx(struct text *text, gaddr_t at)
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

static inline bool put_pollfd(struct text *text, gaddr_t at)
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

static inline bool put_epoll_event(struct text *text, gaddr_t at)
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

static inline bool put_rlimit(struct text *text, gaddr_t at)
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

static inline bool put_sigset(struct text *text, gaddr_t at)
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

static inline bool put_utsname(struct text *text, gaddr_t at)
{
    put_text(text, "{sysname=");
    put_string(text, at, MOST_TEXT);
    put_text(text, ", nodename=");
    put_string(text, gaddr_add(at, offsetof(struct wali_utsname, nodename)), MOST_TEXT);
    put_text(text, ", ...}");
    return true;
}

/* Shows at most *left bytes of a buffer, and takes them off *left: a read may fill less than the
 * buffers hold. */
static inline bool put_iovec(struct text *text, gaddr_t at, uint64_t *left)
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

static inline bool put_struct(struct text *text, uint8_t layout, gaddr_t at, uint64_t *left)
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

#endif
