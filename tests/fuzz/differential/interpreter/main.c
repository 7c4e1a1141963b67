#include "interpreter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_LINES 1024

static struct line lines[MOST_LINES];
static int line_count;

/* Cuts a line, `LABEL VERB WORD...`, into its words. */
static void cut(struct line *line, char *text)
{
    line->count = 0;
    for (char *word = strtok(text, " "); word != NULL && line->count < 64; word = strtok(NULL, " ")) {
        line->words[line->count++] = word;
    }
}

/* The line behind the `exit` that belongs to the `fork` at `at`. */
static int behind_fork(int at)
{
    int depth = 0;
    for (; at < line_count; at++) {
        if (strcmp(lines[at].words[1], "fork") == 0) {
            depth++;
        } else if (strcmp(lines[at].words[1], "exit") == 0 && --depth == 0) {
            return at + 1;
        }
    }
    return at;
}

/* The child does what follows, up to its `exit`. The parent goes on when the child has ended, which it has
 * not waited for yet. Answers where to go on. */
static int do_fork(int at, long *result)
{
    const pid_t pid = fork();
    if (pid == 0) {
        guard_new_process();
        *result = 0;
        return at + 1;
    }
    *result = pid < 0 ? -errno : pid;
    if (pid > 0) {
        siginfo_t info;
        name_of('p', (uint64_t)pid);
        while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
        }
    }
    tell("%s ", lines[at].words[0]);
    tell_result('p', *result);
    tell("\n");
    return behind_fork(at);
}

static void do_lines(void)
{
    long last = 0;
    for (int at = 0; at < line_count;) {
        const struct line *const line = &lines[at];
        long *const result = &results[strtoul(line->words[0], NULL, 10) % LABELS];
        if (strcmp(line->words[1], "exit") == 0) {
            _exit((int)word_value(line->words[2]));
        }
        if (strcmp(line->words[1], "fork") == 0) {
            at = do_fork(at, result);
            continue;
        }
        at++;
        if (do_place(line)) {
            continue;
        }
        tell("%s ", line->words[0]);
        if (strcmp(line->words[1], "call") == 0 || strcmp(line->words[1], "wait") == 0) {
            do_call(line, result);
            last = *result;
        } else if (strcmp(line->words[1], "load") == 0) {
            int32_t loaded;
            memcpy(&loaded, word_place(line->words[2]), sizeof loaded);
            *result = loaded;
            tell("%d", loaded);
        } else if (!do_show(line, last) && !do_message(line) && !do_signal(line, result) && !do_touch(line)) {
            tell("unknown %s", line->words[1]);
        }
        tell("\n");
    }
}

/* What every program finds: three descriptors of /dev/null, and some files. */
static void make_tree(void)
{
    umask(022);
    for (int fd = 0; fd < 3; fd++) {
        dup2(open("/dev/null", O_RDWR | O_CLOEXEC), fd);
    }
    for (int fd = 3; fd < 32; fd++) {
        close(fd);
    }
    const int file = open("f", O_RDWR | O_CREAT, 0644);
    if (write(file, "the quick brown fox jumps over the lazy dog\n", 44) != 44) {
        abort();
    }
    close(file);
    close(open("g", O_RDWR | O_CREAT, 0600));
    mkdir("d", 0755);
    close(open("d/x", O_RDWR | O_CREAT, 0644));
    if (symlink("f", "l") != 0 || symlink("loop", "loop") != 0 || link("f", "h") != 0 ||
        mkfifo("q", 0600) != 0) {
        abort();
    }
}

static void be_program(const char *name)
{
    setsid();
    if (mkdir(name, 0755) != 0 || chdir(name) != 0) {
        abort();
    }
    make_tree();
    for (int signo = 1; signo < 65; signo++) {
        sigaction(signo, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    }
    guard_begin();
    prctl(PR_SET_NAME, "program");
    name_of('p', (uint64_t)getpid());
    pages = mmap(NULL, (PAGES + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + PAGES * PAGE, PAGE, PROT_NONE);
    do_lines();
    _exit(0);
}

/* Runs the lines read so far, and writes what they tell. */
static void run(const char *name)
{
    int status = 0;
    size_t length;
    tell_new();
    const pid_t pid = fork();
    if (pid == 0) {
        be_program(name);
    }
    while (waitpid(-1, &status, 0) != pid) {
    }
    const char *const text = told(&length);
    printf("program %s\n", name);
    fwrite(text, 1, length, stdout);
    printf("%s %d\n", WIFSIGNALED(status) ? "signal" : "status",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    fflush(stdout);
}

/* interpreter FILE: programs, each begun by a line `program NAME`. */
int main(int argc, char **argv)
{
    static char text[1 << 22];
    const int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    const ssize_t length = read(fd, text, sizeof text - 1);
    const char *name = NULL;
    char *rest = text;
    if (length < 0) {
        perror("interpreter");
        return 2;
    }
    close(fd);
    tell_begin();
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    for (char *next; rest != NULL && *rest != '\0'; rest = next) {
        next = strchr(rest, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (strncmp(rest, "program ", 8) == 0) {
            if (name != NULL) {
                run(name);
            }
            name = rest + 8;
            line_count = 0;
        } else if (line_count < MOST_LINES && *rest != '\0') {
            cut(&lines[line_count], rest);
            line_count += lines[line_count].count > 1;
        }
    }
    if (name != NULL) {
        run(name);
    }
    return 0;
}
