/* draft.h by POSIX, for the native half. */
#include "draft_native_files.h"
#include "draft_native_sockets.h"
#include "draft_native_streams.h"

static inline void random_bytes(void *to, uint64_t count, bool may_be_insecure)
{
    (void)may_be_insecure;
    if (getrandom(to, count, 0) != (ssize_t)count) {
        abort();
    }
}

static inline uint64_t random_number(void)
{
    uint64_t number;
    random_bytes(&number, sizeof number, false);
    return number;
}

static inline uint64_t insecure_number(void)
{
    return random_number();
}

static inline void insecure_seed(uint64_t seed[2])
{
    random_bytes(seed, 2 * sizeof seed[0], true);
}

static inline _Noreturn void end(bool failed)
{
    fflush(stdout);
    _exit(failed);
}

/* /proc keeps them as they were given. */
static char command_line[4096];

static inline uint32_t argument_count(void)
{
    const int fd = open("/proc/self/cmdline", O_RDONLY);
    const ssize_t length = read(fd, command_line, sizeof command_line - 1);
    uint32_t count = 0;
    for (ssize_t i = 0; i < length; i++) {
        count += command_line[i] == '\0';
    }
    close(fd);
    return count;
}

static inline char *argument(uint32_t number)
{
    char *at = command_line;
    argument_count();
    while (number-- > 0) {
        at += strlen(at) + 1;
    }
    return at;
}

static inline char *variable(const char *name)
{
    return getenv(name);
}
