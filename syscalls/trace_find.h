/* Finds what a parameter means where another one says so: requests of ioctl(2), and operations. */
#ifndef WALI_TRACE_FIND_H
#define WALI_TRACE_FIND_H

#include "syscalls/ioctls.h"
#include "syscalls/shown.h"
#include "syscalls/trace.h"

#include <asm/ioctl.h>
#include <fcntl.h>
#include <string.h>

static inline bool is_request(const struct wali_ioctl *row, uint32_t request)
{
    const uint32_t number = row->any_size ? request & ~(uint32_t)IOCSIZE_MASK : request;
    return row->first <= number && number <= row->last;
}

/* The request's row, or NULL if the table has none. */
static inline const struct wali_ioctl *find_request(uint32_t request)
{
    for (size_t i = 0; i < wali_ioctl_count; i++) {
        if (is_request(&wali_ioctls[i], request)) {
            return &wali_ioctls[i];
        }
    }
    return NULL;
}

/* What the call's operation says of its other arguments, or NULL. */
static inline const struct wali_operation *find_operation(const struct wali_traced *call)
{
    const int8_t at = call->row->operation_at;
    if (at < 0) {
        return NULL;
    }
    const uint32_t value = (uint32_t)call->args[at].i32;
    for (size_t i = 0; i < wali_operation_count; i++) {
        const struct wali_operation *one = &wali_operations[i];
        if (one->number == call->row->number && (value & one->mask) == one->value) {
            return one;
        }
    }
    return NULL;
}

static inline bool makes_file(uint32_t flags)
{
    return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

/* What parameter i means: for the third argument of ioctl(2) the request says so, and behind an
 * operation that. */
static inline const struct wali_param *param_of(const struct wali_traced *call, size_t i)
{
    static const struct wali_param unknown = {.shape = WALI_HEX}, nothing = {.shape = WALI_NOTHING};
    const struct wali_param *param = &wali_params[call->row->params + i];
    const struct wali_operation *operation = find_operation(call);
    if (operation != NULL && (int)i > call->row->operation_at) {
        const size_t behind = i - (size_t)call->row->operation_at - 1;
        return behind < operation->count ? &wali_operation_params[operation->params + behind] : &nothing;
    }
    if (param->shape == WALI_CREATION_MODE && !makes_file((uint32_t)call->args[i - 1].i32)) {
        return &nothing;
    }
    if (param->shape != WALI_ARGUMENT) {
        return param;
    }
    const struct wali_ioctl *request = find_request((uint32_t)call->args[i - 1].i32);
    return request == NULL ? &unknown : &wali_ioctl_params[request->param];
}

/* A number that the call was given, widened by its own signedness. */
static inline int64_t scalar_of(const struct wali_traced *call, size_t i)
{
    const wasmtime_val_raw_t *arg = &call->args[i];
    if (call->row->signature[i] == 'I') {
        return arg->i64;
    }
    return call->row->signed_mask >> i & 1 ? arg->i32 : (int64_t)(uint32_t)arg->i32;
}

#endif
