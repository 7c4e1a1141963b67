/* Arguments and environment: copied where the guest says, as many bytes as the sizes function has
 * told. */
#include "wali/native/process/settings.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/errors.h"
#include "wasi/guest_memory.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strings {
    uint32_t count;
    const char *const *all;
};

static struct strings arguments(void)
{
    return (struct strings){(uint32_t)settings->argc, settings->argv};
}

static struct strings variables(void)
{
    return (struct strings){(uint32_t)settings->given_env_count, settings->given_env};
}

/* The size of all strings, with their NULs.  Linux lets a process start with less than 4 GiB. */
static uint32_t bytes_of_all(struct strings strings)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < strings.count; i++) {
        bytes += strlen(strings.all[i]) + 1;
    }
    return (uint32_t)bytes;
}

static int64_t put_sizes(struct strings strings, uint32_t count_out, uint32_t bytes_out)
{
    const uint32_t bytes = bytes_of_all(strings);
    return wasi_copy_out(count_out, &strings.count, sizeof strings.count) &&
                   wasi_copy_out(bytes_out, &bytes, sizeof bytes)
               ? 0
               : -EFAULT;
}

/* The addresses to `vector`, the strings behind each other to `text`.  The copies check every
 * address, and sums may wrap. */
static int64_t put_strings(struct strings strings, uint32_t vector, uint32_t text)
{
    for (uint32_t i = 0; i < strings.count; i++) {
        const uint32_t bytes = (uint32_t)strlen(strings.all[i]) + 1;
        if (!wasi_copy_out(vector + i * (uint32_t)sizeof text, &text, sizeof text) ||
            !wasi_copy_out(text, strings.all[i], bytes)) {
            return -EFAULT;
        }
        text += bytes;
    }
    return 0;
}

int64_t preview1_args_get(uint32_t argv, uint32_t argv_buf)
{
    return put_strings(arguments(), argv, argv_buf);
}

int64_t preview1_args_sizes_get(uint32_t argc, uint32_t argv_buf_size)
{
    return put_sizes(arguments(), argc, argv_buf_size);
}

int64_t preview1_environ_get(uint32_t environ, uint32_t environ_buf)
{
    return put_strings(variables(), environ, environ_buf);
}

int64_t preview1_environ_sizes_get(uint32_t environc, uint32_t environ_buf_size)
{
    return put_sizes(variables(), environc, environ_buf_size);
}
