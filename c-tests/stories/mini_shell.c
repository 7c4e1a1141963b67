/* CALLS: fork, execve, wait4, pipe2, dup2 */
/* A shell in small: `a | b >file; c && d`, with words, `<`, `>`, `|`, `;`, `&&` and cd. */
#include "check.h"

#include <sys/wait.h>

#define MOST 32

static char *words[MOST];
static int count;

/* Cuts a line into words; operators are words of their own. */
static void split(char *line)
{
    count = 0;
    while (*line) {
        if (*line == ' ') {
            *line++ = 0;
        } else if (strchr("|<>;", *line) || strncmp(line, "&&", 2) == 0) {
            words[count++] = *line == '|'   ? "|"
                             : *line == '<' ? "<"
                             : *line == '>' ? ">"
                             : *line == ';' ? ";"
                                            : "&&";
            int length = *line == '&' ? 2 : 1;
            *line++ = 0;
            line += length - 1;
        } else {
            words[count++] = line;
            line += strcspn(line, " |<>;&");
        }
    }
    words[count] = NULL;
}

static void redirect(int to, const char *path, int flags)
{
    int fd = open(path, flags, 0644);
    if (fd < 0) {
        _exit(1);
    }
    dup2(fd, to);
    close(fd);
}

/* One program of a pipeline, from words[from] up to words[to]. */
static pid_t launch(int from, int to, int in, int out, int unused)
{
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    char *argv[MOST];
    int argc = 0;
    dup2(in, 0);
    dup2(out, 1);
    if (unused >= 0) {
        close(unused);
    }
    for (int i = from; i < to; i++) {
        if (strcmp(words[i], "<") == 0) {
            redirect(0, words[++i], O_RDONLY | O_CLOEXEC);
        } else if (strcmp(words[i], ">") == 0) {
            redirect(1, words[++i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
        } else {
            argv[argc++] = words[i];
        }
    }
    argv[argc] = NULL;
    execvp(argv[0], argv);
    _exit(errno == ENOENT ? 127 : 126);
}

static int find(int from, int end, const char *what)
{
    while (from < end && strcmp(words[from], what) != 0) {
        from++;
    }
    return from;
}

static int pipeline(int from, int end)
{
    int in = 0, status = 0;
    pid_t last = -1;
    if (strcmp(words[from], "cd") == 0) {
        return chdir(words[from + 1]) != 0;
    }
    for (int to; from < end; from = to + 1) {
        int ends[2] = {-1, 1};
        to = find(from, end, "|");
        if (to < end && pipe2(ends, O_CLOEXEC) != 0) {
            return 1;
        }
        last = launch(from, to, in, ends[1], ends[0]);
        if (in != 0) {
            close(in);
        }
        if (ends[1] != 1) {
            close(ends[1]);
        }
        in = ends[0];
    }
    int result = 0;
    pid_t pid;
    while ((pid = wait(&status)) > 0) {
        if (pid == last) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
    return result;
}

static int run(const char *text)
{
    char line[200];
    int status = 0;
    strcpy(line, text);
    split(line);
    for (int from = 0, end; from < count; from = end + 1) {
        int semicolon = find(from, count, ";"), both = find(from, count, "&&");
        end = semicolon < both ? semicolon : both;
        status = pipeline(from, end);
        if (both < semicolon && status != 0) {
            end = semicolon;
        }
    }
    return status;
}

/* Built in, but run as programs: this one under another name. */
static int builtin(int argc, char **argv)
{
    int c, lines = 0;
    if (strcmp(argv[1], "say") == 0) {
        for (int i = 2; i < argc; i++) {
            printf("%s\n", argv[i]);
        }
    } else if (strcmp(argv[1], "upper") == 0) {
        while ((c = getchar()) != EOF) {
            putchar(c >= 'a' && c <= 'z' ? c - 32 : c);
        }
    } else if (strcmp(argv[1], "count") == 0) {
        while ((c = getchar()) != EOF) {
            lines += c == '\n';
        }
        printf("%d\n", lines);
    } else if (strcmp(argv[1], "die") == 0) {
        abort();
    } else {
        return atoi(argv[1]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return builtin(argc, argv);
    }
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = 0;
    OK(symlink(self, "me"));
    IS(run("./me say one two three | ./me upper >file; ./me 3 && ./me say no >never"), 3);
    TEXT(content_of("file"), "ONE\nTWO\nTHREE\n");
    ERR(access("never", F_OK), ENOENT);
    IS(run("./me 0 && ./me say yes >second; ./me count <file >third"), 0);
    TEXT(content_of("second"), "yes\n");
    TEXT(content_of("third"), "3\n");
    IS(run("./me say a b | sort -r | ./me upper | cat | ./me upper >file"), 0);
    TEXT(content_of("file"), "B\nA\n");
    IS(run("missing_program"), 127);
    IS(run("./file"), 126);
    IS(run("./me say x | ./me 5"), 5);
    IS(run("/bin/sh -c false"), 1);
    OK(mkdir("folder", 0755));
    IS(run("cd folder; ../me say here >../file && cd .."), 0);
    TEXT(content_of("file"), "here\n");
    return done();
}
