#include "interpreter.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_PROCESS 999999

/* Signals go to the program's own processes, whatever a failed call has answered. */
static void keep_at_home(long number, long *arguments)
{
    if (number == SYS_kill || number == SYS_tkill || number == SYS_tgkill || number == SYS_rt_sigqueueinfo ||
        number == SYS_rt_tgsigqueueinfo) {
        if (arguments[0] != getpid() && !is_known('p', (uint64_t)arguments[0])) {
            arguments[0] = NO_PROCESS;
        }
    }
}

void tell_result(char kind, long result)
{
    if (result < 0) {
        tell("-%ld", -result);
    } else if (kind == 'v') {
        tell("%ld", result);
    } else if (kind == 'p') {
        tell("p%u", name_of('p', (uint64_t)result));
    } else if (kind == 'g' && result >= (long)(intptr_t)pages &&
               result < (long)(intptr_t)pages + PAGES * PAGE) {
        tell("g+%ld", result - (long)(intptr_t)pages);
    } else {
        tell("ok");
    }
}

/* call KIND NUMBER ARGUMENT...; wait KIND NUMBER ARGUMENT... for calls that may wait. */
void do_call(const struct line *line, long *result)
{
    long a[6] = {0};
    const long number = word_value(line->words[3]);
    const bool waits = line->words[1][0] == 'w';
    for (int i = 4; i < line->count && i < 10; i++) {
        a[i - 4] = word_value(line->words[i]);
    }
    keep_at_home(number, a);
    if (waits) {
        guard_on();
    }
    errno = 0;
    *result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (*result == -1 && errno != 0) {
        *result = -errno;
    }
    if (waits && guard_off() && *result == -EINTR) {
        tell(" waits\n");
        _exit(99);
    }
    tell_result(line->words[2][0], *result);
}
