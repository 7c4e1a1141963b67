/* CALLS: fork, execve, wait4, pipe2 */
#include "check.h"
#include "child.h"

int main(void)
{
    fflush(NULL);
    TEXT(ending(system("echo from a shell; exit 3")), "exit 3");
    TEXT(ending(system("kill -15 $$")), "signal 15");
    CHECK(system(NULL) != 0);

    char line[100] = "";
    FILE *pipe = popen("echo out; exit 5", "r");
    CHECK(fgets(line, sizeof line, pipe) != NULL);
    TEXT(line, "out\n");
    TEXT(ending(pclose(pipe)), "exit 5");

    pipe = popen("tr a-z A-Z >out", "w");
    CHECK(fprintf(pipe, "upside\n") == 7);
    TEXT(ending(pclose(pipe)), "exit 0");
    TEXT(content_of("out"), "UPSIDE\n");

    /* Two at once: the second does not hold the first's end. */
    FILE *first = popen("cat >first", "w"), *second = popen("cat >second", "w");
    fputs("1", first);
    fputs("2", second);
    TEXT(ending(pclose(first)), "exit 0");
    TEXT(ending(pclose(second)), "exit 0");
    TEXT(content_of("first"), "1");
    TEXT(content_of("second"), "2");
    ERR(wait(NULL), ECHILD);
    return done();
}
