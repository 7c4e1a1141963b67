// An environment comes string by string, in its order: duplicates, empty strings, newlines, values that look
// like other variables, names without a value and values without a name.  Through execve, and on to the next
// program.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void show(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            printf("\\n");
        } else {
            putchar(*text);
        }
    }
    putchar('\n');
}

static const char *value(const char *name)
{
    const char *found = getenv(name);
    return found == NULL ? "(none)" : found;
}

/* The strings of /proc/self/environ.  The kernel's file has the same as `environ`. */
static void compare_with_proc(void)
{
    static char text[4096];
    FILE *file = fopen("/proc/self/environ", "r");
    const size_t size = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    size_t at = 0;
    for (char **p = environ; *p != NULL; p++) {
        if (at >= size || strcmp(text + at, *p) != 0) {
            printf("/proc differs\n");
            return;
        }
        at += strlen(*p) + 1;
    }
    printf("/proc %s\n", at == size ? "has the same" : "has more");
}

static void show_all(void)
{
    for (char **p = environ; *p != NULL; p++) {
        show(*p);
    }
    printf("A is ");
    show(value("A"));
    printf("B is %s, E is %s\n", value("B"), value("E"));
    compare_with_proc();
}

static char *cases[][12] = {
    {"Z=1", "A=x\ny", "A=2", "B=1", NULL},
    {"A=1", "A=1", "A=2", "B=1", NULL},
    {"", "B=1", "", "A=last", "", NULL},
    {"A", "=B", "=", "B=1", "A=2", NULL},
    {"C=1\nA=trap\n", "\n", "A=3", "\nB=trap", "B=2", NULL},
    {"", NULL},
    {"\n", NULL},
    {"", "", "", NULL},
    {"E=", "LAST\n=1", NULL},
    {NULL},
};

int main(int argc, char **argv)
{
    char number[12], generation[12];
    const int at = argc > 1 ? atoi(argv[1]) : -1;
    const int next = argc > 2 ? atoi(argv[2]) : 0;
    if (at >= 0) {
        printf("case %d, program %d\n", at, next);
        show_all();
        fflush(stdout);
    }
    const size_t count = sizeof cases / sizeof cases[0];
    const int then = next == 1 ? at : at + 1;
    if ((size_t)then == count) {
        return 0;
    }
    snprintf(number, sizeof number, "%d", then);
    snprintf(generation, sizeof generation, "%d", next == 1 ? 2 : 1);
    char *words[] = {argv[0], number, generation, NULL};
    execve("/proc/self/exe", words, next == 1 ? environ : cases[then]);
    return 1;
}
