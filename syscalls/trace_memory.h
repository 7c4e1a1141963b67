/* Writes what lies at guest addresses into the trace: strings, bytes, addresses of sockets.
 *
 * Other threads of the guest's may change its memory at any time: each byte is copied once, and the
 * copy is what is written. */
#ifndef WALI_TRACE_MEMORY_H
#define WALI_TRACE_MEMORY_H

#include "abi/_generated/guest_structs.h"
#include "syscalls/trace_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The most bytes of a path, and the most elements of an array, that are shown before "...". */
#define MOST_PATH 4095
#define MOST_ELEMENTS 32
/* Bytes that are copied at a time. */
#define CHUNK 256

union wali_sockaddr {
    sa_family_t family;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
};

/* Whether all of so many bytes are text; false on a bad address. */
static inline bool bytes_in_hex(gaddr_t at, size_t n)
{
    unsigned char chunk[CHUNK];
    bool is_text = trace_style.hexadecimal < 2;
    for (size_t done = 0; done < n && is_text; done += sizeof chunk) {
        const size_t part = n - done < sizeof chunk ? n - done : sizeof chunk;
        is_text = copy_in(chunk, gaddr_add(at, (uint32_t)done), part) &&
                  (trace_style.hexadecimal == 0 || !is_shown_in_hex(chunk, part));
    }
    return !is_text;
}

/* So many bytes, `most` of them.  `is_hex`: in hexadecimal in any case. */
static inline void put_bytes_as(struct text *text, gaddr_t at, uint64_t n, size_t most, bool is_hex)
{
    unsigned char chunk[CHUNK];
    struct text start = *text;
    const size_t shown = n < most ? (size_t)n : most;
    const bool in_hex = is_hex || (trace_style.hexadecimal > 0 && bytes_in_hex(at, shown));
    put(text, '"');
    for (size_t done = 0; done < shown && text->at < text->end;) {
        const size_t part = shown - done < sizeof chunk ? shown - done : sizeof chunk;
        if (!copy_in(chunk, gaddr_add(at, (uint32_t)done), part)) {
            *text = start;
            put_address(text, at);
            return;
        }
        put_escaped_bytes(text, chunk, part, in_hex);
        done += part;
    }
    put_text(text, n > shown ? "\"..." : "\"");
}

static inline void put_bytes(struct text *text, gaddr_t at, uint64_t n)
{
    if (at.v == 0) {
        put_text(text, "NULL");
    } else {
        put_bytes_as(text, at, n, trace_style.most_text, false);
    }
}

/* The bytes of a string before its NUL, up to `most`; *ends if the NUL has come.  -1 on a bad
 * address. */
static inline int64_t string_length(gaddr_t at, size_t most, bool *ends)
{
    unsigned char chunk[CHUNK];
    size_t n = 0;
    *ends = false;
    while (n <= most) {
        /* up to the end of a page: the string may end right before the end of memory */
        const gaddr_t from = gaddr_add(at, (uint32_t)n);
        const size_t room = GUEST_PAGE - from.v % GUEST_PAGE;
        size_t part = room < sizeof chunk ? room : sizeof chunk;
        part = part < most + 1 - n ? part : most + 1 - n;
        if (from.v == 0 || !copy_in(chunk, from, part)) {
            return -1;
        }
        const unsigned char *end = memchr(chunk, '\0', part);
        if (end != NULL) {
            *ends = true;
            return (int64_t)n + (end - chunk);
        }
        n += part;
    }
    return (int64_t)most;
}

static inline void put_string(struct text *text, gaddr_t at, size_t most)
{
    bool ends;
    const int64_t length = string_length(at, most, &ends);
    if (length < 0) {
        put_address(text, at);
        return;
    }
    put_bytes_as(text, at, (uint64_t)length, (size_t)length, false);
    put_text(text, ends ? "" : "...");
}

static inline void put_vector(struct text *text, gaddr_t at)
{
    uint32_t string;
    if (at.v == 0 || !copy_in(&string, at, sizeof string)) {
        put_address(text, at);
        return;
    }
    put(text, '[');
    for (uint32_t i = 0; copy_in(&string, gaddr_add(at, i * 4), sizeof string) && string != 0; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS && !trace_style.is_verbose) {
            put_text(text, "...");
            break;
        }
        if (text->at == text->end) {
            break;
        }
        put_string(text, gaddr(string), trace_style.most_text);
    }
    put(text, ']');
}

/* The most strings that are counted: the kernel grants no more (execve(2)). */
#define MOST_STRINGS_COUNTED 786432

/* The address of a vector, and how many strings it has: an environment holds secrets. */
static inline void put_counted_vector(struct text *text, gaddr_t at)
{
    uint32_t string, count = 0;
    bool is_readable;
    put_address(text, at);
    if (at.v == 0) {
        return;
    }
    while ((is_readable = copy_in(&string, gaddr_add(at, count * 4), sizeof string)) && string != 0 &&
           count < MOST_STRINGS_COUNTED) {
        count++;
    }
    put_text(text, " /* ");
    put_number(text, count, 10);
    put_text(text, count == 1 ? " var" : " vars");
    put_text(text, is_readable ? " */" : ", unterminated */");
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
    if (!is_ipv4) {
        put_text(text, ", sin6_flowinfo=htonl(");
        put_number(text, ntohl(a->in6.sin6_flowinfo), 10);
        put(text, ')');
    }
    put_text(text, is_ipv4 ? ", sin_addr=inet_addr(\"" : ", inet_pton(AF_INET6, \"");
    put_text(text, inet_ntop(a->family, host, room, sizeof room));
    put_text(text, is_ipv4 ? "\")" : "\", &sin6_addr), sin6_scope_id=");
    if (!is_ipv4) {
        put_number(text, a->in6.sin6_scope_id, 10);
    }
}

/* The path of a socket's address of so many bytes, or its name, which begins with NUL. */
static inline void put_socket_name(struct text *text, const union wali_sockaddr *a, uint32_t size)
{
    const size_t before = offsetof(struct sockaddr_un, sun_path);
    const unsigned char *name = (const unsigned char *)a->un.sun_path;
    const size_t room = size - before;
    if (size <= before) {
        return;
    }
    put_text(text, ", sun_path=");
    if (name[0] == '\0' && room > 1) {
        put(text, '@');
        put_escaped(text, name + 1, room - 1);
    } else {
        put_escaped(text, name, strnlen((const char *)name, room));
    }
}

/* A socket address of so many bytes. */
static inline void put_sockaddr(struct text *text, gaddr_t at, uint32_t size)
{
    union wali_sockaddr a = {0};
    const uint32_t known = size < sizeof a ? size : (uint32_t)sizeof a;
    if (at.v == 0 || size < sizeof a.family || !copy_in(&a, at, known)) {
        put_address(text, at);
        return;
    }
    put_text(text, "{sa_family=");
    put_choice(text, &wali_symbols_domain, a.family);
    if ((a.family == AF_INET && size >= sizeof a.in) || (a.family == AF_INET6 && size >= sizeof a.in6)) {
        put_internet(text, &a);
    } else if (a.family == AF_UNIX) {
        put_socket_name(text, &a, known);
    } else if (size > sizeof a.family) {
        put_text(text, ", sa_data=");
        put_bytes(text, gaddr_add(at, sizeof a.family), size - sizeof a.family);
    }
    put(text, '}');
}

/* The most descriptors of a process, the kernel's default of fs.nr_open: what a guest counts beyond is
 * none, and would take seconds to look through. */
#define MOST_DESCRIPTORS 1048576

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
    for (uint32_t i = 0; i < bits && i < MOST_DESCRIPTORS && text->at < text->end; i++) {
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

/* The number of records of getdents(2) in so many bytes. */
static inline uint32_t count_records(gaddr_t at, uint64_t bytes)
{
    uint32_t count = 0;
    uint16_t length;
    for (uint64_t done = 0; done < bytes; done += length, count++) {
        const gaddr_t record =
            gaddr_add(at, (uint32_t)done + (uint32_t)offsetof(struct wali_dirent64, d_reclen));
        if (!copy_in(&length, record, sizeof length) || length == 0) {
            break;
        }
    }
    return count;
}

#endif
