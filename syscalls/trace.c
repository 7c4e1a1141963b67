#define _GNU_SOURCE
#include "syscalls/trace.h"

#include "syscalls/ioctls.h"
#include "syscalls/trace_memory.h"
#include "syscalls/trace_option.h"

#include <asm/ioctl.h>
#include <string.h>
#include <sys/syscall.h>

/* Bytes of a line that are kept for the result. */
#define RESULT_ROOM 128

/* The highest errno of the kernel. */
#define MAX_ERRNO 4095

/* A call, and its result once there is one. */
struct call {
    const struct wali_row *row;
    const wasmtime_val_raw_t *args;
    int64_t result;
};

/* Requests of ioctl(2). */

static bool is_request(const struct wali_ioctl *row, uint32_t request)
{
    const uint32_t number = row->any_size ? request & ~(uint32_t)IOCSIZE_MASK : request;
    return row->first <= number && number <= row->last;
}

/* The request's row, or NULL if the table has none. */
static const struct wali_ioctl *find_request(uint32_t request)
{
    for (size_t i = 0; i < wali_ioctl_count; i++) {
        if (is_request(&wali_ioctls[i], request)) {
            return &wali_ioctls[i];
        }
    }
    return NULL;
}

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

/* What parameter i means.  For the third argument of ioctl(2), the request says so. */
static const struct wali_param *param_of(const struct wali_row *row, const wasmtime_val_raw_t *args, size_t i)
{
    static const struct wali_param unknown = {.shape = WALI_HEX};
    const struct wali_param *param = &wali_params[row->params + i];
    if (param->shape != WALI_ARGUMENT) {
        return param;
    }
    const struct wali_ioctl *request = find_request((uint32_t)args[i - 1].i32);
    return request == NULL ? &unknown : &wali_ioctl_params[request->param];
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

/* Writes what lies at an address, as much of it as the call has filled.  After a failed call only
 * the address. */
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
    if (param->shape == WALI_SOCKADDR) {
        put_sockaddr(text, at);
        return;
    }
    if (param->shape == WALI_BITS) {
        put_bits(text, at, given);
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

/* Writes the value of a socket option: behind it stands its size, or after it was got the address
 * of that; before it option and level. */
static void put_option_value(struct text *text, const struct call *call, const struct wali_param *param,
                             size_t i)
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
        put_string(text, at, (size_t)size < MOST_TEXT ? (size_t)size : MOST_TEXT);
    } else if (value->shape == WALI_ADDRESS || (value->shape == WALI_STRUCT && n == 0)) {
        put_address(text, at);
    } else if (n == 0) {
        put_bytes(text, at, (uint64_t)size);
    } else {
        const struct wali_param shown = {
            .shape = value->shape, .layout = value->layout, .unit = value->unit, .count_at = -1, .count = 1};
        put_array(text, &shown, at, value->shape == WALI_STRUCT ? 1 : n, UINT64_MAX);
    }
}

static void put_param(struct text *text, const struct call *call, size_t i)
{
    const struct wali_param *param = param_of(call->row, call->args, i);
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
        put_flags(text, wali_symbol_sets[param->symbols],
                  call->row->signature[i] == 'I' ? (uint64_t)value : (uint32_t)value);
        break;
    case WALI_CHOICE:
        put_choice(text, wali_symbol_sets[param->symbols], value);
        break;
    case WALI_SIGNAL:
        put_signal(text, value);
        break;
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
    case WALI_ADDRESS:
        put_address(text, at);
        break;
    case WALI_PATH:
        if (param->direction == WALI_OUT && call->result < 0) {
            put_address(text, at);
        } else {
            put_string(text, at, MOST_PATH);
        }
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
    case WALI_BITS:
    case WALI_SOCKADDR:
        put_pointee(text, call, param, at);
        break;
    default:
        put_signed(text, call->row->signature[i] == 'I' ? value : call->args[i].i32);
        break;
    }
}

/* The first parameter that is known only after the call. */
static size_t first_filled(const struct wali_row *row, const wasmtime_val_raw_t *args)
{
    size_t i = 0;
    while (row->signature[i] != '\0' && param_of(row, args, i)->direction < WALI_OUT) {
        i++;
    }
    return i;
}

static void put_params(struct text *text, const struct call *call, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (param_of(call->row, call->args, i)->shape == WALI_NOTHING) {
            continue;
        }
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
    put_params(&text, &call, 0, first_filled(row, args));
    if (row->number == SYS_exit || row->number == SYS_exit_group) { /* these calls do not return */
        put_text(&text, ") = ?");
        *text.at++ = '\n';
    }
    return (size_t)(text.at - buf);
}

size_t wali_trace_exit(char *buf, size_t size, const struct wali_row *row, const wasmtime_val_raw_t *args,
                       int64_t result)
{
    struct text text = {buf, buf + size - 1 - RESULT_ROOM};
    const struct call call = {row, args, result};
    put_params(&text, &call, first_filled(row, args), strlen(row->signature));
    text.end += RESULT_ROOM;
    put_result(&text, &call);
    *text.at++ = '\n';
    return (size_t)(text.at - buf);
}
