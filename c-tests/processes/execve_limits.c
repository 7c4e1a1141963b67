/* CALLS: execve */
/* How long a string may be, and how many of them. */
#include "check.h"
#include "child.h"

#include <sys/resource.h>

#define MAX_STRING (128 << 10)

extern char **environ;

static char *filled(size_t length)
{
    char *text = malloc(length + 1);
    memset(text, 'x', length);
    text[length] = 0;
    return text;
}

static int report(int argc, char **argv)
{
    size_t arguments = 0, variables = 0, count = 0;
    for (int i = 1; i < argc; i++) {
        arguments += strlen(argv[i]);
    }
    for (; environ[count] != NULL; count++) {
        variables += strlen(environ[count]);
    }
    say("%d arguments of %llu bytes, %llu variables of %llu", argc, (unsigned long long)arguments,
        (unsigned long long)count, (unsigned long long)variables);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 || argv[0][0] == '!') {
        return report(argc, argv);
    }
    struct rlimit limit = {8 << 20, RLIM_INFINITY};
    if (setrlimit(RLIMIT_STACK, &limit) != 0) {
        limit.rlim_max = 8 << 20;
        OK(setrlimit(RLIMIT_STACK, &limit));
    }
    const char *self = own_path();
    char *none[] = {NULL};
    char *longest[] = {"!", filled(MAX_STRING - 1), NULL};
    TEXT(end_of_exec(self, longest, none), "exit 0");
    char *too_long[] = {"!", filled(MAX_STRING), NULL};
    ERR(execve(self, too_long, none), E2BIG);
    ERR(execve("/bin/sh", too_long, none), E2BIG);

    char *many[1001];
    for (int i = 0; i < 1000; i++) {
        many[i] = filled(1024);
    }
    many[1000] = NULL;
    char *name[] = {"!", NULL};
    TEXT(end_of_exec(self, name, many), "exit 0");

    static char *lots[20001];
    for (int i = 0; i < 20000; i++) {
        lots[i] = "!";
    }
    TEXT(end_of_exec(self, lots, none), "exit 0");

    /* More than a quarter of the stack's limit. */
    char *huge[33] = {0};
    for (int i = 0; i < 32; i++) {
        huge[i] = longest[1];
    }
    ERR(execve(self, huge, none), E2BIG);
    ERR(execve(self, name, huge), E2BIG);
    return done();
}
