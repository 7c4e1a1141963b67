#define _GNU_SOURCE
#include "wasi/trace.h"

#include "syscalls/trace_text.h"
#include "wasi/guest_memory.h"
#include "wasi/rows.h"

#include <stdbool.h>
#include <string.h>

/* The most bytes of data and of a path, and the most elements, that are shown before "...". */
#define MOST_DATA 32
#define MOST_PATH 255
#define MOST_ELEMENTS 16
/* Of so large a type those that are not set are told, if they are fewer. */
#define MANY_FLAGS 16

/* Bytes of a line that are kept for the result. */
#define RESULT_ROOM 64

/* A call, and its result once there is one. */
struct call {
    const struct wasi_row *row;
    const wasmtime_val_raw_t *args;
    uint64_t result;
};

static void put_at(struct text *text, uint32_t at)
{
    put_hex(text, at);
}

/* Bytes at an address, the first `most` of them. */
static void put_data(struct text *text, uint32_t at, uint64_t count, uint32_t most)
{
    unsigned char bytes[MOST_PATH];
    const uint32_t shown = count < most ? (uint32_t)count : most;
    if (!wasi_copy_in(bytes, at, shown)) {
        put_at(text, at);
        return;
    }
    put_escaped(text, bytes, shown);
    put_text(text, count > shown ? "..." : "");
}

static void put_many_flags(struct text *text, const struct wali_symbols *names, uint64_t value)
{
    const uint64_t all = (UINT64_C(1) << names->count) - 1;
    const uint64_t missing = all & ~value;
    if (missing == 0) { /* programs ask for all by -1 */
        put_text(text, "ALL");
    } else if ((value & ~all) == 0 && (size_t)__builtin_popcountll(missing) < names->count / 2) {
        put_text(text, "~(");
        put_flags(text, names, missing);
        put(text, ')');
    } else if (value == 0) {
        put(text, '0');
    } else {
        put_flags(text, names, value);
    }
}

/* A number, by the names of its type. */
static void put_value(struct text *text, const struct wasi_type *type, uint64_t value)
{
    const struct wali_symbols names = {&wasi_symbols[type->first], type->count, 0};
    if (type->kind == WASI_ENUM) {
        put_choice(text, &names, (int64_t)value);
    } else if (type->kind == WASI_FLAGS && type->count > MANY_FLAGS) {
        put_many_flags(text, &names, value);
    } else if (type->kind == WASI_FLAGS && value != 0) {
        put_flags(text, &names, value);
    } else if (type->kind == WASI_SIGNED) {
        put_signed(text, (int64_t)value);
    } else {
        put_number(text, value, 10);
    }
}

/* Reads a number of the type. */
static bool load(uint64_t *value, const struct wasi_type *type, uint32_t at)
{
    *value = 0;
    return wasi_copy_in(value, at, type->size);
}

/* Whether the record at `at` has the field of that index: its tag says so, which may be in a case of
 * another variant itself. */
static bool has_field(const struct wasi_type *type, size_t index, uint32_t at)
{
    const struct wasi_field *const fields = &wasi_fields[type->first], *const field = &fields[index];
    uint8_t tag;
    bool is_inside = false;
    if (field->cases == 0) {
        return true;
    }
    if (!wasi_copy_in(&tag, at + field->tag_at, sizeof tag) || tag >= 8 || (field->cases >> tag & 1) == 0) {
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        if (fields[i].offset == field->tag_at && wasi_types[fields[i].type].kind == WASI_ENUM) {
            if (has_field(type, i, at)) {
                return true;
            }
            is_inside = true;
        }
    }
    return !is_inside;
}

/* A string or another list, whose address and count lie at `at`. */
static void put_list_at(struct text *text, const struct wasi_type *type, uint32_t at)
{
    uint32_t list[2];
    if (!wasi_copy_in(list, at, sizeof list)) {
        put_at(text, at);
    } else if (type->kind == WASI_TEXT) {
        put_data(text, list[0], list[1], MOST_DATA);
    } else {
        put(text, '[');
        put_number(text, list[1], 10);
        put_text(text, "]@");
        put_at(text, list[0]);
    }
}

/* The record at `at`.  Of bytes that are filled, the first *left, which are taken off it. */
static void put_record(struct text *text, const struct wasi_type *type, uint32_t at, uint64_t *left)
{
    const char *before = "{";
    for (size_t i = 0; i < type->count; i++) {
        const struct wasi_field *field = &wasi_fields[type->first + i];
        const struct wasi_type *of = &wasi_types[field->type];
        uint64_t value, count;
        if (!has_field(type, i, at) || !load(&value, of, at + field->offset)) {
            continue;
        }
        put_text(text, before);
        put_text(text, field->name);
        put(text, '=');
        before = ", ";
        if (of->kind == WASI_BYTES && load(&count, of, at + field->offset + of->size)) {
            const uint64_t used = count < *left ? count : *left;
            *left -= used;
            put_data(text, (uint32_t)value, used, MOST_DATA);
        } else if (of->kind >= WASI_TEXT) {
            put_list_at(text, of, at + field->offset);
        } else {
            put_value(text, of, value);
        }
    }
    put(text, '}');
}

static void put_element(struct text *text, const struct wasi_type *type, uint32_t at, uint64_t *left)
{
    uint64_t value;
    if (type->kind == WASI_RECORD) {
        put_record(text, type, at, left);
    } else if (load(&value, type, at)) {
        put_value(text, type, value);
    }
}

static void put_elements(struct text *text, const struct wasi_type *type, uint32_t at, uint32_t count,
                         uint64_t left)
{
    unsigned char last;
    const uint64_t bytes = (uint64_t)count * type->size;
    if (count != 0 && (bytes > GUEST_SPAN - at || !wasi_copy_in(&last, at + (uint32_t)bytes - 1, 1))) {
        put_at(text, at);
        return;
    }
    put(text, '[');
    for (uint32_t i = 0; i < count; i++) {
        put_text(text, i > 0 ? ", " : "");
        if (i == MOST_ELEMENTS) {
            put_text(text, "...");
            break;
        }
        put_element(text, type, at + i * type->size, &left);
    }
    put(text, ']');
}

/* How many elements or bytes there are: of what the function has filled, a result says so. */
static uint32_t count_of(const struct call *call, const struct wasi_param *param, uint32_t given)
{
    uint32_t count = given;
    if (!param->counted) {
        return given;
    }
    const uint32_t word = (uint32_t)call->args[param->count_at].i32;
    if (param->kind == WASI_ARRAY) {
        return word;
    }
    return wasi_copy_in(&count, word, sizeof count) ? count : 0;
}

static void put_result_at(struct text *text, const struct wasi_type *type, uint32_t at)
{
    uint64_t value;
    uint64_t left = 0;
    if (type->kind == WASI_RECORD) {
        put_record(text, type, at, &left);
    } else if (load(&value, type, at)) {
        put(text, '[');
        put_value(text, type, value);
        put(text, ']');
    } else {
        put_at(text, at);
    }
}

/* What the function has filled; after a failed one only the address. */
static void put_filled(struct text *text, const struct call *call, const struct wasi_param *param)
{
    const struct wasi_type *type = &wasi_types[param->type];
    const uint32_t at = (uint32_t)call->args[param->at].i32;
    if ((uint16_t)call->result != 0) {
        put_at(text, at);
    } else if (param->kind == WASI_OUT) {
        put_result_at(text, type, at);
    } else if (param->kind == WASI_FILLED_ARRAY) {
        put_elements(text, type, at, count_of(call, param, 0), 0);
    } else {
        const uint32_t given = (uint32_t)call->args[param->at + 1].i32;
        if (param->kind == WASI_BUFFER) {
            put_data(text, at, count_of(call, param, given), MOST_DATA);
        } else {
            put_elements(text, type, at, given, count_of(call, param, 0));
        }
    }
}

static void put_param(struct text *text, const struct call *call, const struct wasi_param *param)
{
    const wasmtime_val_raw_t *word = &call->args[param->at];
    const uint32_t at = (uint32_t)word->i32;
    switch (param->kind) {
    case WASI_VALUE:
        put_value(text, &wasi_types[param->type],
                  call->row->signature[param->at] == 'I' ? (uint64_t)word->i64 : at);
        break;
    case WASI_STRING:
        put_data(text, at, (uint32_t)word[1].i32, MOST_PATH);
        break;
    case WASI_DATA:
        put_data(text, at, (uint32_t)word[1].i32, MOST_DATA);
        break;
    case WASI_LIST:
        put_elements(text, &wasi_types[param->type], at, (uint32_t)word[1].i32, UINT64_MAX);
        break;
    case WASI_ARRAY:
        put_elements(text, &wasi_types[param->type], at, count_of(call, param, 0), UINT64_MAX);
        break;
    case WASI_OPAQUE:
        put_at(text, at);
        break;
    default:
        put_filled(text, call, param);
        break;
    }
}

/* The first parameter that is known only after the call. */
static size_t first_filled(const struct wasi_row *row)
{
    size_t i = 0;
    while (i < row->param_count && wasi_params[row->params + i].kind < WASI_OUT) {
        i++;
    }
    return i;
}

static void put_params(struct text *text, const struct call *call, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        put_param(text, call, &wasi_params[call->row->params + i]);
        put_text(text, i + 1U < call->row->param_count ? ", " : "");
    }
}

size_t wasi_trace_enter(char *buf, size_t size, const struct wasi_row *row, const wasmtime_val_raw_t *args)
{
    struct text text = {buf, buf + size - 1 - RESULT_ROOM};
    const struct call call = {row, args, 0};
    put_text(&text, row->name);
    put(&text, '(');
    put_params(&text, &call, 0, first_filled(row));
    return (size_t)(text.at - buf);
}

/* What a function of WIT has stored. */
static void put_stored(struct text *text, const struct wasi_type *type, uint32_t at)
{
    uint64_t left = 0;
    if (type->kind >= WASI_TEXT) {
        put_list_at(text, type, at);
    } else {
        put_element(text, type, at, &left);
    }
}

static uint32_t area_of(const struct wasi_row *row, const wasmtime_val_raw_t *args)
{
    return (uint32_t)args[strlen(row->signature) - 1].i32;
}

/* A result that is a signed number of 32 bits: a negative one is an errno. */
static bool is_number_or_errno(const struct wasi_row *row)
{
    return row->outcome == WASI_FLAT_RESULT && row->result == 'i' && wasi_types[row->ok].kind == WASI_SIGNED;
}

bool wasi_has_failed(const struct wasi_row *row, const wasmtime_val_raw_t *args, uint64_t result)
{
    uint8_t tag = 0;
    if (row->outcome == WASI_ERRNO_RESULT) {
        return row->returns && (uint16_t)result != 0;
    }
    if (is_number_or_errno(row)) {
        return (int32_t)result < 0;
    }
    return row->outcome == WASI_OK_OR_ERR && wasi_copy_in(&tag, area_of(row, args), sizeof tag) && tag != 0;
}

static void put_ok_or_err(struct text *text, const struct call *call)
{
    const struct wasi_row *row = call->row;
    const bool has_failed = wasi_has_failed(row, call->args, call->result);
    const uint8_t type = has_failed ? row->err : row->ok;
    put_text(text, has_failed ? "err" : "ok");
    if (type != WASI_NO_TYPE) {
        put(text, '(');
        put_stored(text, &wasi_types[type], area_of(row, call->args) + row->payload_at);
        put(text, ')');
    }
}

static void put_number_or_errno(struct text *text, int32_t result)
{
    put_signed(text, result);
    if (result < 0) {
        put(text, ' ');
        put_value(text, &wasi_types[wasi_errno_type], (uint64_t)-(int64_t)result);
    }
}

static void put_outcome(struct text *text, const struct call *call)
{
    const struct wasi_row *row = call->row;
    switch (row->outcome) {
    case WASI_NO_RESULT:
        put_text(text, "()");
        break;
    case WASI_FLAT_RESULT:
        if (is_number_or_errno(row)) {
            put_number_or_errno(text, (int32_t)call->result);
            break;
        }
        put_value(text, &wasi_types[row->ok], row->result == 'I' ? call->result : (uint32_t)call->result);
        break;
    case WASI_STORED_RESULT:
        put_stored(text, &wasi_types[row->ok], area_of(row, call->args));
        break;
    case WASI_OK_OR_ERR:
        put_ok_or_err(text, call);
        break;
    default:
        put_number(text, (uint16_t)call->result, 10);
        if ((uint16_t)call->result != 0) {
            put(text, ' ');
            put_value(text, &wasi_types[wasi_errno_type], (uint16_t)call->result);
        }
        break;
    }
}

size_t wasi_trace_exit(char *buf, size_t size, const struct wasi_row *row, const wasmtime_val_raw_t *args,
                       uint64_t result, size_t *result_at)
{
    struct text text = {buf, buf + size - 1 - RESULT_ROOM};
    const struct call call = {row, args, result};
    put_params(&text, &call, first_filled(row), row->param_count);
    text.end += RESULT_ROOM;
    put(&text, ')');
    *result_at = (size_t)(text.at - buf);
    put_text(&text, "= ");
    put_outcome(&text, &call);
    return (size_t)(text.at - buf);
}
