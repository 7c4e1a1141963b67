#include "check.h"

#include <error.h>

/* glibc's error(3): what it writes to stderr, which is a file here. */

static void name(void)
{
    fputs("me: ", stderr);
}

int main(void)
{
    fflush(stderr);
    const int out = dup(2);
    OK(dup2(open("errors", O_RDWR | O_CREAT | O_TRUNC, 0600), 2) == 2 ? 0 : -1);
    error_print_progname = name;
    error(0, 0, "number %d", 5);
    error(0, ENOENT, "%s", "file");
    error_at_line(0, 0, "input", 7, "wrong");
    error_one_per_line = 1;
    error_at_line(0, 0, "input", 8, "once");
    error_at_line(0, 0, "input", 8, "twice");
    error_at_line(0, EINVAL, "input", 9, "next");
    IS(error_message_count, 5);
    OK(dup2(out, 2) == 2 ? 0 : -1);
    fputs(content_of("errors"), stdout);
    return done();
}
