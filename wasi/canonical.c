#define _GNU_SOURCE
#include "wasi/canonical.h"

#include "wali/native/base/fatal.h"
#include "wali/native/base/kernel.h"
#include "wali/native/thread/guest_call.h"
#include "wali/native/thread/thread.h"
#include "wasi/entry.h"
#include "wasi/resources.h"
#include "wasi/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a text that is looked at in pieces. */
#define PIECE 4096
#define LONGEST_CHARACTER 4

_Noreturn void wit_trap(const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    guest_abort(text);
}

__thread bool wasi_is_allocating __attribute__((tls_model("initial-exec")));

_Noreturn void wasi_refuse_call(void)
{
    guest_abort("a call of WASI by cabi_realloc, which may make none");
}

uint32_t wit_case(uint32_t number, uint32_t count)
{
    if (number >= count) {
        wit_trap("a call of WASI with case %u of a type that has %u", number, count);
    }
    return number;
}

/* A guest's memory has no holes, and never shrinks: if the last byte is there, all are. */
static bool is_inside(uint32_t at, uint64_t bytes)
{
    uint8_t last;
    return bytes == 0 ||
           (bytes <= (UINT64_C(1) << 32) - at && wasi_copy_in(&last, (uint32_t)(at + bytes - 1), 1));
}

static void check_alignment(uint32_t at, uint32_t alignment)
{
    if ((at & (alignment - 1)) != 0) {
        wit_trap("a call of WASI with the address %#x, which is no multiple of %u", at, alignment);
    }
}

void wit_check_list(struct wasi_list list, uint32_t size, uint32_t alignment)
{
    check_alignment(list.at, alignment);
    if (!is_inside(list.at, (uint64_t)list.count * size)) {
        wit_trap("a call of WASI with %u elements at %#x, which leave memory", list.count, list.at);
    }
}

struct wasi_list wit_list_in(const wasmtime_val_raw_t *args, size_t at, uint32_t size, uint32_t alignment)
{
    const struct wasi_list list = {(uint32_t)args[at].i32, (uint32_t)args[at + 1].i32};
    wit_check_list(list, size, alignment);
    return list;
}

/* A character that a piece cuts is looked at with the next one. */
static void check_text(struct wasi_list text)
{
    char piece[PIECE];
    while (text.count > 0) {
        uint32_t size = text.count < PIECE ? text.count : PIECE;
        if (!wasi_copy_in(piece, text.at, size)) {
            wit_trap("a call of WASI with a string at %#x, which leaves memory", text.at);
        }
        if (size < text.count) {
            uint32_t cut = size;
            while (cut > size - LONGEST_CHARACTER && ((unsigned char)piece[cut - 1] & 0xc0) == 0x80) {
                cut--;
            }
            size = (unsigned char)piece[cut - 1] >= 0xc0 ? cut - 1 : size;
        }
        if (!is_utf8(piece, size)) {
            wit_trap("a call of WASI with a string at %#x that is not UTF-8", text.at);
        }
        text.at += size;
        text.count -= size;
    }
}

struct wasi_list wit_text_in(const wasmtime_val_raw_t *args, size_t at)
{
    const struct wasi_list text = wit_list_in(args, at, 1, 1);
    check_text(text);
    return text;
}

void wit_store(uint32_t at, const void *answer, uint32_t size, uint32_t alignment)
{
    check_alignment(at, alignment);
    if (!wasi_copy_out(at, answer, size)) {
        wit_trap("a call of WASI with the address %#x for its result, which leaves memory", at);
    }
}

/* The function is found once by each thread.  NULL if the module has none. */
static const wasmtime_func_t *find_realloc(void)
{
    static const struct function_shape shape = {4, 4, 1};
    static __thread wasmtime_func_t function __attribute__((tls_model("initial-exec")));
    static __thread bool is_found __attribute__((tls_model("initial-exec")));
    if (!is_found) {
        wasmtime_extern_t item;
        if (!thread_export(wali_self, "wali:realloc", WASMTIME_EXTERN_FUNC, &item) ||
            !guest_function_fits(wali_self, &item.of.func, &shape)) {
            return NULL;
        }
        function = item.of.func;
        is_found = true;
    }
    return &function;
}

/* Of an empty list, too, the guest says where it lies: adapters of preview1 look whether it is what they
 * gave. */
uint32_t wit_allocate(uint64_t bytes, uint32_t alignment)
{
    wasmtime_val_raw_t args[4] = {{0}};
    const wasmtime_func_t *const allocator = find_realloc();
    if (allocator == NULL && bytes == 0) {
        return alignment;
    }
    if (allocator == NULL) {
        guest_abort("a call of WASI returns a list, and the module exports no cabi_realloc of its own");
    }
    if (bytes > UINT32_MAX) {
        wit_trap("a call of WASI returns a list of %llu bytes", (unsigned long long)bytes);
    }
    args[2].i32 = (int32_t)alignment;
    args[3].i32 = (int32_t)bytes;
    wasi_is_allocating = true;
    if (guest_call(wali_self, allocator, args, 4)) {
        KERNEL(exit_group, 0);
    }
    wasi_is_allocating = false;
    const uint32_t at = (uint32_t)args[0].i32;
    check_alignment(at, alignment);
    if (!is_inside(at, bytes)) {
        wit_trap("the guest's cabi_realloc gives %llu bytes at %#x, which leave memory",
                 (unsigned long long)bytes, at);
    }
    return at;
}

struct wasi_list wit_bytes_out(const void *bytes, size_t count)
{
    const struct wasi_list list = {wit_allocate(count, 1), (uint32_t)count};
    if (!wasi_copy_out(list.at, bytes, list.count)) {
        wit_trap("the guest's cabi_realloc gives memory that cannot be written");
    }
    return list;
}

/* Three bytes at most for one. */
static char *mended(const char *text, size_t length, size_t *size)
{
    char *const copy = malloc(3 * length + 1);
    *size = 0;
    for (size_t at = 0; copy != NULL && at < length;) {
        size_t step = 1;
        while (step < LONGEST_CHARACTER && at + step < length && !is_utf8(text + at, step)) {
            step++;
        }
        const bool is_good = is_utf8(text + at, step);
        memcpy(copy + *size, is_good ? text + at : "\xef\xbf\xbd", is_good ? step : 3);
        *size += is_good ? step : 3;
        at += is_good ? step : 1;
    }
    return copy;
}

struct wasi_list wit_text_out(const char *text)
{
    const size_t length = strlen(text);
    size_t size;
    if (is_utf8(text, length)) {
        return wit_bytes_out(text, length);
    }
    char *const copy = mended(text, length, &size);
    if (copy == NULL) {
        guest_abort("no memory for a string");
    }
    const struct wasi_list list = wit_bytes_out(copy, size);
    free(copy);
    return list;
}

/* `error-code` of wasi:filesystem, in its order, behind one that stands for none. */
enum error_code {
    CODE_NONE,
    CODE_ACCESS,
    CODE_WOULD_BLOCK,
    CODE_ALREADY,
    CODE_BAD_DESCRIPTOR,
    CODE_BUSY,
    CODE_DEADLOCK,
    CODE_QUOTA,
    CODE_EXIST,
    CODE_FILE_TOO_LARGE,
    CODE_ILLEGAL_BYTE_SEQUENCE,
    CODE_IN_PROGRESS,
    CODE_INTERRUPTED,
    CODE_INVALID,
    CODE_IO,
    CODE_IS_DIRECTORY,
    CODE_LOOP,
    CODE_TOO_MANY_LINKS,
    CODE_MESSAGE_SIZE,
    CODE_NAME_TOO_LONG,
    CODE_NO_DEVICE,
    CODE_NO_ENTRY,
    CODE_NO_LOCK,
    CODE_INSUFFICIENT_MEMORY,
    CODE_INSUFFICIENT_SPACE,
    CODE_NOT_DIRECTORY,
    CODE_NOT_EMPTY,
    CODE_NOT_RECOVERABLE,
    CODE_UNSUPPORTED,
    CODE_NO_TTY,
    CODE_NO_SUCH_DEVICE,
    CODE_OVERFLOW,
    CODE_NOT_PERMITTED,
    CODE_PIPE,
    CODE_READ_ONLY,
    CODE_INVALID_SEEK,
    CODE_TEXT_FILE_BUSY,
    CODE_CROSS_DEVICE,
};

/* By preview1's codes. */
static const uint8_t codes[] = {
    [WASI_ACCES] = CODE_ACCESS,
    [WASI_AGAIN] = CODE_WOULD_BLOCK,
    [WASI_ALREADY] = CODE_ALREADY,
    [WASI_BADF] = CODE_BAD_DESCRIPTOR,
    [WASI_BUSY] = CODE_BUSY,
    [WASI_DEADLK] = CODE_DEADLOCK,
    [WASI_DQUOT] = CODE_QUOTA,
    [WASI_EXIST] = CODE_EXIST,
    [WASI_FBIG] = CODE_FILE_TOO_LARGE,
    [WASI_ILSEQ] = CODE_ILLEGAL_BYTE_SEQUENCE,
    [WASI_INPROGRESS] = CODE_IN_PROGRESS,
    [WASI_INTR] = CODE_INTERRUPTED,
    [WASI_INVAL] = CODE_INVALID,
    [WASI_IO] = CODE_IO,
    [WASI_ISDIR] = CODE_IS_DIRECTORY,
    [WASI_LOOP] = CODE_LOOP,
    [WASI_MLINK] = CODE_TOO_MANY_LINKS,
    [WASI_MSGSIZE] = CODE_MESSAGE_SIZE,
    [WASI_NAMETOOLONG] = CODE_NAME_TOO_LONG,
    [WASI_NODEV] = CODE_NO_DEVICE,
    [WASI_NOENT] = CODE_NO_ENTRY,
    [WASI_NOLCK] = CODE_NO_LOCK,
    [WASI_NOMEM] = CODE_INSUFFICIENT_MEMORY,
    [WASI_NOSPC] = CODE_INSUFFICIENT_SPACE,
    [WASI_NOTDIR] = CODE_NOT_DIRECTORY,
    [WASI_NOTEMPTY] = CODE_NOT_EMPTY,
    [WASI_NOTRECOVERABLE] = CODE_NOT_RECOVERABLE,
    [WASI_NOSYS] = CODE_UNSUPPORTED,
    [WASI_NOTSUP] = CODE_UNSUPPORTED,
    [WASI_NOTTY] = CODE_NO_TTY,
    [WASI_NXIO] = CODE_NO_SUCH_DEVICE,
    [WASI_OVERFLOW] = CODE_OVERFLOW,
    [WASI_PERM] = CODE_NOT_PERMITTED,
    [WASI_NOTCAPABLE] = CODE_NOT_PERMITTED,
    [WASI_PIPE] = CODE_PIPE,
    [WASI_ROFS] = CODE_READ_ONLY,
    [WASI_SPIPE] = CODE_INVALID_SEEK,
    [WASI_TXTBSY] = CODE_TEXT_FILE_BUSY,
    [WASI_XDEV] = CODE_CROSS_DEVICE,
};

uint8_t wit_error_code_of(int64_t result)
{
    const uint16_t code = wasi_errno(result);
    const uint8_t found = code < sizeof codes ? codes[code] : CODE_NONE;
    return (uint8_t)((found == CODE_NONE ? CODE_IO : found) - 1);
}

struct wit_stream_error wit_stream_error_of(int64_t result)
{
    struct wit_stream_error error = {.tag = 1};
    if (result != STREAM_CLOSED) {
        const union resource_content content = {.error = result};
        error.tag = 0;
        error.last_operation_failed = resource_new(RESOURCE_ERROR, &content);
    }
    return error;
}
