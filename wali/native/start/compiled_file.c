#define _GNU_SOURCE
#include "wali/native/start/compiled_file.h"

#include "wali/native/base/checksum.h"
#include "wali/native/base/kernel.h"
#include "wali/native/engine/engine.h"
#include "wali/native/files/trusted_file.h"
#include "wali/native/start/fields.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define COMPILED_HEADER 4096
#define STEP (UINT64_C(1) << 24) /* bytes per system call, so that a signal can come between */

struct header {
    const char *engine_key;
    uint64_t length, checksum, module_length, module_checksum;
    int64_t code_delta;
};

static int refuse(wali_error *error, const char *why)
{
    return error_set(error, WALI_ERROR_FILE, 0, "%s", why);
}

static int cannot(wali_error *error, int64_t failure)
{
    return error_set(error, WALI_ERROR_FILE, (int)-failure, "%s", strerror((int)-failure));
}

static int distrusted(wali_error *error, const struct trust *trust)
{
    static const char *const way[] = {[OTHER_OWNER] = "belongs to another user",
                                      [OTHER_WRITERS] = "can be written by others"};
    switch (trust->reason) {
    case NO_PLAIN_FILE:
        return refuse(error, "not a regular file");
    case OTHER_OWNER:
    case OTHER_WRITERS:
        break;
    default:
        return cannot(error, -EPERM);
    }
    if (trust->place[0] != '\0') {
        return error_set(error, WALI_ERROR_FILE, 0,
                         "native code, and %s on the way to it %s; run the .wasm module instead",
                         trust->place, way[trust->reason]);
    }
    return refuse(error, trust->reason == OTHER_OWNER
                             ? "native code of another user; run the .wasm module instead"
                             : "native code that others can write; run the .wasm module, or chmod go-w it");
}

static bool parse(char *line, struct header *header)
{
    char *word[8];
    for (size_t i = 0; i < 8; i++) {
        word[i] = field_next(&line);
        if (word[i] == NULL) {
            return false;
        }
    }
    header->engine_key = word[2];
    return line == NULL && strcmp(word[0], "wali-cwasm") == 0 && strcmp(word[1], "v3") == 0 &&
           field_size(word[3], &header->length) && field_checksum(word[4], &header->checksum) &&
           field_delta(word[5], &header->code_delta) && field_size(word[6], &header->module_length) &&
           field_checksum(word[7], &header->module_checksum);
}

/* Reads the header into text[COMPILED_HEADER + 1], which *header then points into. */
static int read_header(int64_t file, char *text, struct header *header, wali_error *error)
{
    struct stat s;
    const int64_t n = KERNEL(pread64, file, text, COMPILED_HEADER, 0);
    if (n < 0) {
        return cannot(error, n);
    }
    text[n] = '\0';
    if (n != COMPILED_HEADER || !parse(text, header)) {
        return refuse(error, "not made by this version's `wali compile -o`, or damaged; compile it again");
    }
    if (strcmp(header->engine_key, wali_engine_key()) != 0) {
        return refuse(error, "compiled by another version or on another machine; compile it again here");
    }
    if (KERNEL(fstat, file, &s) < 0 || (uint64_t)s.st_size != COMPILED_HEADER + header->length) {
        return refuse(error, "damaged; compile it again");
    }
    return 0;
}

/* Whether the module is the one that the code was made from. */
static int check_module(const char *module, const struct header *header, wali_error *error)
{
    uint64_t checksum = 0, length = 0;
    const int64_t fd = KERNEL(open, module, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    const int64_t failure = fd < 0 ? fd : wali_checksum_fd((int)fd, &checksum, &length);
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    if (failure < 0) {
        return error_set(error, WALI_ERROR_FILE, (int)-failure, "%s: %s", module, strerror((int)-failure));
    }
    if (length != header->module_length || checksum != header->module_checksum) {
        return error_set(error, WALI_ERROR_FILE, 0, "not the code of %s as it is now; compile that again",
                         module);
    }
    return 0;
}

/* A memory file counts as any other for RLIMIT_FSIZE, which kills whom it stops. */
static bool is_too_large(uint64_t length)
{
    struct rlimit limit;
    return KERNEL(prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) == 0 && limit.rlim_cur < length;
}

static int64_t copy_code(int64_t from, int64_t to, uint64_t length)
{
    int64_t at = COMPILED_HEADER;
    for (uint64_t left = length; left > 0;) {
        const int64_t n = KERNEL(sendfile, to, from, &at, left < STEP ? left : STEP);
        if (n <= 0 && n != -EINTR) {
            return n == 0 ? -EIO : n;
        }
        left -= n > 0 ? (uint64_t)n : 0;
    }
    /* A guest that finds the file, as root may in /proc/self/map_files, cannot write it. */
    return KERNEL(fcntl, to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
}

static int take_code(int64_t file, const struct header *header, wali_error *error)
{
    uint64_t checksum = 0, length = 0;
    if (is_too_large(header->length)) {
        return refuse(error, "its code is larger than files may be (ulimit -f)");
    }
    const int64_t memory = KERNEL(memfd_create, "wali-code", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int64_t failure = memory < 0 ? memory : copy_code(file, memory, header->length);
    failure = failure < 0 ? failure : wali_checksum_fd((int)memory, &checksum, &length);
    if (failure >= 0 && length == header->length && checksum == header->checksum) {
        return (int)memory;
    }
    if (memory >= 0) {
        KERNEL(close, memory);
    }
    return failure < 0 ? cannot(error, failure) : refuse(error, "damaged; compile it again");
}

int wali_is_compiled(const char *path)
{
    static const char suffix[] = ".cwasm";
    const size_t length = strlen(path), end = sizeof suffix - 1;
    return length >= end && strcmp(path + length - end, suffix) == 0;
}

int wali_compiled_open(const char *path, const char *module, int64_t *code_delta, wali_error *error)
{
    char text[COMPILED_HEADER + 1];
    struct header header;
    struct trust trust;
    int result = -1;
    const int64_t file = trusted_open(path, &trust);
    if (file < 0) {
        return trust.reason != TRUSTED ? distrusted(error, &trust) : cannot(error, file);
    }
    if (read_header(file, text, &header, error) == 0 &&
        (module == NULL || check_module(module, &header, error) == 0)) {
        *code_delta = header.code_delta;
        result = take_code(file, &header, error);
    }
    KERNEL(close, file);
    return result;
}
