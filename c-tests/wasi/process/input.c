/* Standard input to its end, in pieces, by calls and by stdio; the streams that are there. */
#include "check.h"

int main(void)
{
    char line[64] = {0};
    IS(read(0, line, 6), 6);
    TEXT(line, "first\n");
    TEXT(fgets(line, sizeof line, stdin), "second line\n");
    int count = 0;
    while (fgets(line, sizeof line, stdin)) {
        count++;
    }
    IS(count, 2);
    TEXT(line, "no newline at its end");
    CHECK(feof(stdin));
    IS(read(0, line, sizeof line), 0);
    IS(read(0, line, sizeof line), 0); /* and stays there */
    CHECK(!isatty(0) && !isatty(1) && !isatty(2));
    ERR(write(99, "x", 1), EBADF);
    ERR(write(0, "x", 1), EBADF);
    ERR(read(1, line, 1), EBADF);
    IS(dprintf(1, "written past stdio\n"), 19);
    IS(write(1, "", 0), 0);
    return done();
}
