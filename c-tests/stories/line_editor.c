/* CALLS: pipe, read, write, dup2 */
/* A line editor that reads its commands from a pipe in odd pieces: a(ppend), i(nsert) n, d(elete) n,
 * s(ubstitute) n from to, p(rint). */
#include "check.h"

static char lines[100][80];
static int count;

static void insert(int at, const char *text)
{
    memmove(lines[at + 1], lines[at], sizeof *lines * (size_t)(count - at));
    snprintf(lines[at], sizeof *lines, "%s", text);
    count++;
}

static void substitute(int at, const char *from, const char *to)
{
    char *found = strstr(lines[at], from), rest[80];
    if (found) {
        strcpy(rest, found + strlen(from));
        snprintf(found, sizeof *lines - (size_t)(found - lines[at]), "%s%s", to, rest);
    }
}

static void execute(char *command)
{
    char *save, *first, *second;
    int at;
    switch (*command) {
    case 'a':
        insert(count, command + 2);
        break;
    case 'i':
        at = (int)strtol(command + 2, &first, 10);
        insert(at - 1, first + 1);
        break;
    case 'd':
        at = atoi(command + 2);
        memmove(lines[at - 1], lines[at], sizeof *lines * (size_t)(count-- - at));
        break;
    case 's':
        at = atoi(strtok_r(command + 2, " ", &save));
        first = strtok_r(NULL, " ", &save), second = strtok_r(NULL, " ", &save);
        substitute(at - 1, first, second ? second : "");
        break;
    case 'p':
        for (int i = 0; i < count; i++) {
            say("%3d  %s", i + 1, lines[i]);
        }
        break;
    default:
        say("? %s", command);
    }
}

int main(void)
{
    static const char script[] =
        "a one\na two\na three\ni 2 between\np\ns 4 three four\nd 1\nx\np\ns 1 between\np";
    int ends[2];
    OK(pipe(ends));
    OK(dup2(ends[0], 0));
    OK(close(ends[0]));
    for (size_t at = 0, step = 1; at < sizeof script - 1; at += step, step = step % 7 + 1) {
        size_t left = sizeof script - 1 - at;
        if (write(ends[1], script + at, step < left ? step : left) < 1) {
            return 1;
        }
    }
    OK(close(ends[1]));
    char line[80];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        execute(line);
    }
    CHECK(feof(stdin) && !ferror(stdin));
    return done();
}
