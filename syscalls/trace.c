#define _GNU_SOURCE
#include "syscalls/trace.h"

#include "syscalls/trace_find.h"
#include "syscalls/trace_message.h"
#include "syscalls/trace_option.h"
#include "syscalls/trace_result.h"

/* Bytes of a line that are kept for the result. */
#define RESULT_ROOM 256

struct trace_style trace_style = {.most_text = 32};

/* Writes a request as the headers do: the name, then in brackets the index and the size that the
 * number holds. */
static void put_request(struct text *text, uint32_t request)
{
    const struct wali_ioctl *row = find_request(request);
    if (row == NULL) {
        put_hex(text, request);
        return;
    }
    put_text(text, row->name);
    if (row->any_size) {
        put(text, '(');
        if (row->first != row->last) {
            put_number(text, (request & ~(uint32_t)IOCSIZE_MASK) - row->first, 10);
            put_text(text, ", ");
        }
        put_number(text, _IOC_SIZE(request), 10);
        put(text, ')');
    }
}

static bool put_element(struct text *text, const struct wali_param *param, gaddr_t at, bool is_filled,
                        uint64_t *left)
{
    int32_t word;
    int64_t wide;
    if (param->shape == WALI_STRUCT) {
        return put_struct(text, param->layout, at, is_filled, left);
    }
    if (param->shape == WALI_INTS ? !copy_in(&word, at, sizeof word) : !copy_in(&wide, at, sizeof wide)) {
        return false;
    }
    put_signed(text, param->shape == WALI_INTS ? word : wide);
    return true;
}

static void put_array(struct text *text, const struct wali_param *param, gaddr_t at, uint64_t n,
                      bool is_filled, uint64_t left)
{
    struct text start = *text;
    const bool brackets = param->count_at >= 0 || param->count != 1 || param->shape != WALI_STRUCT;
    put_text(text, brackets ? "[" : "");
    for (uint32_t i = 0; i < n && text->at < text->end; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS && !trace_style.is_verbose) {
            put_text(text, "...");
            break;
        }
        if (!put_element(text, param, gaddr_add(at, i * param->unit), is_filled, &left)) {
            *text = start;
            put_address(text, at);
            return;
        }
    }
    put_text(text, brackets ? "]" : "");
}

/* The length of an address that the kernel has filled, as much of it as there was room for. */
static uint32_t filled_length(const struct wali_traced *call)
{
    for (size_t i = 0; call->row->signature[i] != '\0'; i++) {
        uint32_t length;
        if (wali_params[call->row->params + i].shape == WALI_SOCKLEN &&
            copy_in(&length, gaddr((uint32_t)call->args[i].i32), sizeof length)) {
            return length < call->given_length ? length : call->given_length;
        }
    }
    return 0;
}

static void put_length(struct text *text, const struct wali_traced *call, gaddr_t at)
{
    uint32_t length;
    if (at.v == 0 || !copy_in(&length, at, sizeof length)) {
        put_address(text, at);
        return;
    }
    put(text, '[');
    if (call->given_length != length) {
        put_number(text, call->given_length, 10);
        put_text(text, " => ");
    }
    put_number(text, length, 10);
    put(text, ']');
}

static void put_records(struct text *text, const struct wali_traced *call, gaddr_t at)
{
    const uint32_t count = count_records(at, (uint64_t)call->result);
    put_address(text, at);
    put_text(text, " /* ");
    put_number(text, count, 10);
    put_text(text, count == 1 ? " entry */" : " entries */");
}

static void put_child_status(struct text *text, const struct wali_traced *call, gaddr_t at)
{
    int32_t status;
    if (call->result == 0 || !copy_in(&status, at, sizeof status)) { /* no child has changed */
        put_address(text, at);
        return;
    }
    put(text, '[');
    put_status(text, status);
    put(text, ']');
}

static void put_siginfo_at(struct text *text, gaddr_t at)
{
    siginfo_t info;
    if (!copy_in(&info, at, sizeof info)) {
        put_address(text, at);
    } else if (info.si_signo == 0) { /* waitid(2) without a child */
        put_text(text, "{}");
    } else {
        put_siginfo(text, &info, (uint32_t)(uintptr_t)info.si_addr);
    }
}

/* Writes what lies at an address, as much of it as the call has filled.  After a failed call only
 * the address. */
static void put_pointee(struct text *text, const struct wali_traced *call, const struct wali_param *param,
                        gaddr_t at)
{
    const int64_t given = param->count_at < 0 ? param->count : scalar_of(call, (size_t)param->count_at);
    uint64_t n = given < 0 ? 0 : (uint64_t)given;
    uint64_t left = UINT64_MAX;
    const bool filled = param->direction != WALI_IN && !reports_by_result(call->row);
    if (at.v == 0 || (filled && call->result < 0)) {
        put_address(text, at);
        return;
    }
    if (filled && (param->layout == WALI_LAYOUT_IOVEC || param->layout == WALI_LAYOUT_MSGHDR)) {
        left = (uint64_t)call->result;
    } else if (param->direction == WALI_OUT && param->count_at >= 0 && (uint64_t)call->result < n) {
        n = (uint64_t)call->result;
    }
    struct text start = *text;
    switch (param->shape) {
    case WALI_SOCKADDR:
        put_sockaddr(text, at, filled ? filled_length(call) : (uint32_t)n);
        break;
    case WALI_BITS:
        put_bits(text, at, given);
        break;
    case WALI_RANDOM:
        put_bytes_as(text, at, n, trace_style.most_text, true);
        break;
    case WALI_BYTES:
        put_bytes(text, at, param->plus + n * param->unit);
        break;
    case WALI_RECORDS:
        put_records(text, call, at);
        break;
    case WALI_STATUS:
        put_child_status(text, call, at);
        break;
    case WALI_SIGINFO:
        put_siginfo_at(text, at);
        break;
    case WALI_SOCKLEN:
        put_length(text, call, at);
        break;
    default:
        if (param->layout == WALI_LAYOUT_MSGHDR) {
            if (!put_struct(text, param->layout, at, filled, &left)) {
                *text = start;
                put_address(text, at);
            }
            break;
        }
        put_array(text, param, at, n, filled, left);
        break;
    }
}

/* Writes the value of a socket option: behind it stands its size, or after it was got the address
 * of that; before it option and level. */
static void put_option_value(struct text *text, const struct wali_traced *call,
                             const struct wali_param *param, size_t i)
{
    const gaddr_t at = gaddr((uint32_t)call->args[i].i32);
    const bool got = param->direction == WALI_OUT;
    const struct wali_option *row = find_option(call->args[i - 2].i32, call->args[i - 1].i32, got);
    int32_t size = call->args[i + 1].i32;
    if (row == NULL || at.v == 0 || (got && call->result < 0) ||
        (got && !copy_in(&size, gaddr((uint32_t)size), sizeof size)) || size < 0) {
        put_address(text, at);
        return;
    }
    const struct wali_param *value = &wali_option_params[got ? row->get : row->set];
    const uint32_t n = (uint32_t)size / (value->unit > 0 ? value->unit : 1);
    if (value->shape == WALI_STRING) {
        put_string(text, at, (size_t)size < trace_style.most_text ? (size_t)size : trace_style.most_text);
    } else if (value->shape == WALI_ADDRESS || (value->shape == WALI_STRUCT && n == 0)) {
        put_address(text, at);
    } else if (n == 0) {
        put_bytes(text, at, (uint64_t)size);
    } else {
        const struct wali_param shown = {
            .shape = value->shape, .layout = value->layout, .unit = value->unit, .count_at = -1, .count = 1};
        put_array(text, &shown, at, value->shape == WALI_STRUCT ? 1 : n, got, UINT64_MAX);
    }
}

static void put_text_at(struct text *text, const struct wali_traced *call, const struct wali_param *param,
                        gaddr_t at, size_t most)
{
    if (param->direction == WALI_OUT && call->result < 0) {
        put_address(text, at);
    } else {
        put_string(text, at, most);
    }
}

static void put_param(struct text *text, const struct wali_traced *call, size_t i)
{
    const struct wali_param *param = param_of(call, i);
    const int64_t value = scalar_of(call, i);
    const gaddr_t at = gaddr((uint32_t)call->args[i].i32);
    switch (param->shape) {
    case WALI_REQUEST:
        put_request(text, (uint32_t)value);
        break;
    case WALI_OPTION:
        put_option(text, call->args[i - 1].i32, (int32_t)value,
                   wali_params[call->row->params + i + 1].direction == WALI_OUT);
        break;
    case WALI_OPTION_VALUE:
        put_option_value(text, call, param, i);
        break;
    case WALI_PATH:
        put_text_at(text, call, param, at, MOST_PATH);
        break;
    case WALI_STRING:
        put_text_at(text, call, param, at, trace_style.most_text);
        break;
    case WALI_VECTOR:
        put_vector(text, at);
        break;
    case WALI_COUNTED_VECTOR:
        put_counted_vector(text, at);
        break;
    default:
        if (param->shape > WALI_ADDRESS) {
            put_pointee(text, call, param, at);
        } else {
            put_scalar(text, param->shape, wali_symbol_sets[param->symbols],
                       param->shape == WALI_FLAGS && call->row->signature[i] != 'I' ? (uint32_t)value
                                                                                    : value);
        }
        break;
    }
}

/* The first parameter that is known only after the call. */
static size_t first_filled(const struct wali_traced *call)
{
    size_t i = 0;
    while (call->row->signature[i] != '\0' &&
           (reports_by_result(call->row) || param_of(call, i)->direction < WALI_OUT)) {
        i++;
    }
    return i;
}

static bool is_shown(const struct wali_traced *call, size_t i)
{
    return param_of(call, i)->shape != WALI_NOTHING;
}

static void put_params(struct text *text, const struct wali_traced *call, size_t from, size_t to)
{
    const size_t count = strlen(call->row->signature);
    for (size_t i = from; i < to; i++) {
        if (!is_shown(call, i)) {
            continue;
        }
        put_param(text, call, i);
        size_t next = i + 1;
        while (next < count && !is_shown(call, next)) {
            next++;
        }
        put_text(text, next < count ? ", " : "");
    }
}

void wali_trace_result(struct text *text, const struct wali_traced *call)
{
    const int64_t result = call->result;
    if (result == TRACE_NO_RESULT) {
        put(text, '?');
    } else if (result == -RESTART) {
        put_interruption(text, call->row->restart);
    } else if (is_errno(result)) {
        const char *why = strerrordesc_np((int)-result);
        put_text(text, "-1 ");
        put_choice(text, &wali_symbols_errno, -result);
        put_text(text, " (");
        put_text(text, why != NULL ? why : "Unknown error");
        put(text, ')');
    } else {
        put_success(text, call);
    }
}

static void note_length(struct wali_traced *call)
{
    for (size_t i = 0; call->row->signature[i] != '\0'; i++) {
        if (wali_params[call->row->params + i].shape == WALI_SOCKLEN) {
            copy_in(&call->given_length, gaddr((uint32_t)call->args[i].i32), sizeof call->given_length);
        }
    }
}

size_t wali_trace_enter(char *buf, size_t size, struct wali_traced *call)
{
    struct text text = {buf, buf + size - RESULT_ROOM};
    call->given_length = 0;
    note_length(call);
    put_text(&text, call->row->name);
    put(&text, '(');
    put_params(&text, call, 0, first_filled(call));
    return (size_t)(text.at - buf);
}

size_t wali_trace_exit(char *buf, size_t size, const struct wali_traced *call, size_t *result_at)
{
    struct text text = {buf, buf + size - RESULT_ROOM};
    put_params(&text, call, first_filled(call), strlen(call->row->signature));
    text.end += RESULT_ROOM;
    put(&text, ')');
    *result_at = (size_t)(text.at - buf);
    put_text(&text, "= ");
    wali_trace_result(&text, call);
    return (size_t)(text.at - buf);
}

bool wali_trace_argument(struct text *text, const struct wali_traced *call, size_t i)
{
    if (!is_shown(call, i)) {
        return false;
    }
    put_param(text, call, i);
    return true;
}

size_t wali_trace_signal(char *buf, size_t size, const siginfo_t *info)
{
    struct text text = {buf, buf + size};
    const uint64_t offset = (uint64_t)((uintptr_t)info->si_addr - (uintptr_t)wali_base);
    put_text(&text, "--- ");
    put_signal(&text, info->si_signo);
    put(&text, ' ');
    put_siginfo(&text, info, offset < GUEST_SPAN ? (uint32_t)offset : 0);
    put_text(&text, " ---");
    return (size_t)(text.at - buf);
}
