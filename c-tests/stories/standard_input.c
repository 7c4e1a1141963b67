/* CALLS: read */
#include "check.h"

int main(void)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        say("%d <%s>", (int)strlen(line), line);
    }
    CHECK(feof(stdin));
    IS(lseek(0, 6, SEEK_SET), 6); /* it is a file */
    IS(read(0, line, 4), 4);
    CHECK(memcmp(line, "line", 4) == 0);
    return done();
}
