/* What a program is given: its arguments as they are, and the variables that it was to have. */
#include "check.h"

extern char **environ;

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        say("%d: '%s'", i, argv[i]);
    }
    CHECK(argv[argc] == NULL);
    CHECK(argc > 0 && strstr(argv[0], "process-arguments") != NULL);
    TEXT(getenv("WORD"), "value");
    TEXT(getenv("EMPTY"), "");
    TEXT(getenv("EQUALS"), "a=b=c");
    TEXT(getenv("LETTERS"), "\xc3\xa4 \xe2\x82\xac");
    CHECK(getenv("ABSENT") == NULL);
    int found = 0;
    for (char **one = environ; *one; one++) {
        found += strncmp(*one, "WORD=", 5) == 0;
    }
    IS(found, 1);
    OK(setenv("WORD", "other", 0));
    TEXT(getenv("WORD"), "value");
    OK(setenv("WORD", "other", 1));
    TEXT(getenv("WORD"), "other");
    OK(unsetenv("WORD"));
    CHECK(getenv("WORD") == NULL);
    return done();
}
