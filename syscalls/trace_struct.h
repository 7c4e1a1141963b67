/* Writes values by what the tables say of them: numbers with a meaning, and structures by their
 * members. */
#ifndef WALI_TRACE_STRUCT_H
#define WALI_TRACE_STRUCT_H

#include "syscalls/shown.h"
#include "syscalls/trace_date.h"
#include "syscalls/trace_memory.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static inline void put_fd(struct text *text, int64_t fd)
{
    put_signed(text, fd);
    if (trace_style.shows_paths && fd >= 0) {
        put_fd_path(text, (int32_t)fd);
    }
}

static inline void put_device(struct text *text, uint64_t device)
{
    put_text(text, "makedev(");
    put_hex(text, major(device));
    put_text(text, ", ");
    put_hex(text, minor(device));
    put(text, ')');
}

static inline void put_mode(struct text *text, uint32_t mode)
{
    if ((mode & S_IFMT) != 0) {
        put_choice(text, &wali_symbols_file_type, mode & S_IFMT);
        put(text, '|');
    }
    put_octal_mode(text, mode & ~(uint32_t)S_IFMT);
}

/* Seconds beyond this have no date: their year is no int, as the calendar of the C library counts. */
#define MOST_SECONDS (INT64_C(1) << 55)

/* Seconds since 1970, and what they mean. */
static inline void put_time(struct text *text, int64_t seconds)
{
    put_signed(text, seconds);
    if (seconds != 0 && seconds > -MOST_SECONDS && seconds < MOST_SECONDS) {
        put_text(text, " /* ");
        put_date(text, seconds);
        put_text(text, " */");
    }
}

static inline void put_limit(struct text *text, uint64_t limit)
{
    if (limit == UINT64_MAX) {
        put_text(text, "RLIM64_INFINITY");
    } else if (limit > 1024 && limit % 1024 == 0) {
        put_number(text, limit / 1024, 10);
        put_text(text, "*1024");
    } else {
        put_number(text, limit, 10);
    }
}

static inline void put_handler(struct text *text, uint32_t handler)
{
    static const char *const names[] = {"SIG_DFL", "SIG_IGN"};
    if (handler == UINT32_MAX) {
        put_text(text, "SIG_ERR");
    } else if (handler < 2) {
        put_text(text, names[handler]);
    } else {
        put_hex(text, handler);
    }
}

/* A number of this shape. */
static inline void put_scalar(struct text *text, uint8_t shape, const struct wali_symbols *symbols,
                              int64_t value)
{
    switch (shape) {
    case WALI_UINT:
        put_number(text, (uint64_t)value, 10);
        break;
    case WALI_FD:
        put_fd(text, (int32_t)value);
        break;
    case WALI_DIRFD:
        put_text(text, value == -100 ? "AT_FDCWD" : "");
        if (value != -100) {
            put_fd(text, value);
        } else if (trace_style.shows_paths) {
            put_fd_path(text, -100);
        }
        break;
    case WALI_HEX:
        put_hex(text, (uint64_t)value);
        break;
    case WALI_DEVICE:
        put_device(text, (uint64_t)value);
        break;
    case WALI_OCTAL:
    case WALI_CREATION_MODE:
        put_octal_mode(text, (uint64_t)value);
        break;
    case WALI_FILE_MODE:
        put_mode(text, (uint32_t)value);
        break;
    case WALI_FLAGS:
        put_flags(text, symbols, (uint64_t)value);
        break;
    case WALI_CHOICE:
        put_choice(text, symbols, value);
        break;
    case WALI_SIGNAL:
        put_signal(text, value);
        break;
    case WALI_SIGSET:
        put_signals(text, (uint64_t)value);
        break;
    case WALI_HANDLER:
        put_handler(text, (uint32_t)value);
        break;
    case WALI_TIME:
        put_time(text, value);
        break;
    case WALI_LIMIT:
        put_limit(text, (uint64_t)value);
        break;
    case WALI_EPOLL_DATA:
        put_text(text, "{u32=");
        put_number(text, (uint32_t)value, 10);
        put_text(text, ", u64=");
        put_number(text, (uint64_t)value, 10);
        put(text, '}');
        break;
    case WALI_ADDRESS:
        put_address(text, gaddr((uint32_t)value));
        break;
    default:
        put_signed(text, value);
        break;
    }
}

/* A member's element, out of a copy of the structure. */
static inline int64_t member_value(const struct wali_member *member, const unsigned char *bytes)
{
    uint64_t value = 0;
    memcpy(&value, bytes, member->width);
    const unsigned unused = 64 - 8 * (unsigned)member->width;
    return member->is_signed ? (int64_t)(value << unused) >> unused : (int64_t)value;
}

static inline void put_member_value(struct text *text, const struct wali_member *member,
                                    const unsigned char *bytes)
{
    const unsigned char *const at = bytes + member->offset;
    if (member->shape == WALI_CHARACTERS) {
        put_escaped(text, at, strnlen((const char *)at, member->count));
        return;
    }
    put_text(text, member->count > 0 ? "[" : "");
    for (unsigned i = 0; i < (member->count > 0 ? member->count : 1U); i++) {
        put_text(text, i > 0 ? ", " : "");
        put_scalar(text, member->shape, wali_symbol_sets[member->symbols],
                   member_value(member, at + i * member->width));
    }
    put_text(text, member->count > 0 ? "]" : "");
}

/* Writes a member's name, and begins or ends the structure that it is in: `outer` is the name of the
 * one that the member before was in, without an end. */
static inline size_t put_member_name(struct text *text, const char *name, const char *outer, size_t length,
                                     bool is_first)
{
    const char *dot = strchr(name, '.');
    const size_t inside = dot == NULL ? 0 : (size_t)(dot - name);
    const bool goes_on = length > 0 && inside == length && strncmp(outer, name, length) == 0;
    put_text(text, length > 0 && !goes_on ? "}" : "");
    put_text(text, is_first ? "" : ", ");
    if (inside > 0 && !goes_on) {
        for (size_t i = 0; i < inside; i++) {
            put(text, name[i]);
        }
        put_text(text, "={");
    }
    put_text(text, dot == NULL ? name : dot + 1);
    put(text, '=');
    return inside;
}

/* Which members are left out whatever the style: of struct stat one of size and device. */
static inline bool is_left_out(uint8_t layout, const struct wali_member *member, const unsigned char *bytes)
{
    if (layout != WALI_LAYOUT_STAT) {
        return false;
    }
    struct wali_stat st;
    memcpy(&st, bytes, sizeof st);
    const bool is_device = S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
    return (strcmp(member->name, "st_rdev") == 0 && !is_device) ||
           (strcmp(member->name, "st_size") == 0 && is_device);
}

/* A structure, out of a copy of it. */
static inline void put_members(struct text *text, uint8_t layout, const unsigned char *bytes, bool is_filled)
{
    const struct wali_shown_layout *shown = &wali_shown_layouts[layout];
    const char *outer = "";
    size_t length = 0;
    bool is_first = true;
    put(text, '{');
    for (unsigned i = 0; i < shown->count; i++) {
        const struct wali_member *member = &wali_members[shown->first + i];
        if ((!member->is_brief && !trace_style.is_verbose) || (member->is_filled && !is_filled) ||
            is_left_out(layout, member, bytes)) {
            continue;
        }
        length = put_member_name(text, member->name, outer, length, is_first);
        outer = member->name;
        is_first = false;
        put_member_value(text, member, bytes);
    }
    put_text(text, length > 0 ? "}" : "");
    put_text(text, shown->is_whole || trace_style.is_verbose ? "}" : ", ...}");
}

static inline bool put_sigset(struct text *text, gaddr_t at)
{
    struct wali_sigset set;
    if (!copy_in(&set, at, sizeof set)) {
        return false;
    }
    put_signals(text, set.bits);
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

static inline bool put_iovecs(struct text *text, gaddr_t at, int64_t count, uint64_t *left)
{
    put(text, '[');
    for (uint32_t i = 0; i < count && text->at < text->end; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS && !trace_style.is_verbose) {
            put_text(text, "...");
            break;
        }
        if (!put_iovec(text, gaddr_add(at, i * (uint32_t)sizeof(struct wali_iovec)), left)) {
            return false;
        }
    }
    put(text, ']');
    return true;
}

/* Implemented by trace_message.h for struct msghdr; false on a bad address. */
static bool put_message(struct text *text, gaddr_t at, bool is_filled, uint64_t *left);

/* The structure at an address; false on a bad one. */
static inline bool put_struct(struct text *text, uint8_t layout, gaddr_t at, bool is_filled, uint64_t *left)
{
    unsigned char bytes[WALI_LARGEST_LAYOUT];
    if (layout == WALI_LAYOUT_SIGSET) {
        return put_sigset(text, at);
    }
    if (layout == WALI_LAYOUT_IOVEC) {
        return put_iovec(text, at, left);
    }
    if (layout == WALI_LAYOUT_MSGHDR) {
        return put_message(text, at, is_filled, left);
    }
    if (!copy_in(bytes, at, wali_shown_layouts[layout].size)) {
        return false;
    }
    put_members(text, layout, bytes, is_filled);
    return true;
}

#endif
