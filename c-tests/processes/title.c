/* CALLS: execve, prctl */
/* A program that writes over its arguments, and on over its environment, changes what /proc and ps(1) show of
 * it. */
#include "check.h"
#include "child.h"

#include <sys/prctl.h>

static const char *shown(pid_t pid, const char *file)
{
    static char text[4096];
    char path[100];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    int fd = open(path, O_RDONLY);
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length < 0 ? 0 : length] = '\0';
    for (ssize_t i = 0; i + 1 < length; i++) {
        text[i] = text[i] == '\0' ? '|' : text[i];
    }
    return text;
}

static char title[] = "a title that is longer than the arguments";
static char *start_of_title;

static int of_parent(void)
{
    TEXT(shown(getppid(), "cmdline"), title);
    strcpy(start_of_title, "a child");
    TEXT(shown(getpid(), "cmdline"), "a child");
    return 0;
}

static int again(int argc, char **argv)
{
    char *end = argv[0];
    for (int i = 0; i < argc; i++) {
        CHECK(argv[i] == end);
        end = argv[i] + strlen(argv[i]) + 1;
    }
    char *last = end - 1;
    for (char **entry = environ; *entry != NULL; entry++) {
        CHECK(*entry == end);
        end = *entry + strlen(*entry) + 1;
    }
    TEXT(shown(getpid(), "cmdline"), "name|one||two words");
    TEXT(shown(getpid(), "environ"), "FIRST=1|SECOND=the second, which is long enough for a title");

    /* Shorter than the arguments. */
    size_t room = (size_t)(end - argv[0]);
    start_of_title = argv[0];
    memset(start_of_title, 0, room);
    strcpy(start_of_title, "short");
    CHECK(strncmp(shown(getpid(), "cmdline"), "short|", 6) == 0);

    /* Longer: the kernel goes on where the arguments no longer end in a NUL. */
    CHECK(strlen(title) > (size_t)(last - argv[0]) && sizeof title <= room);
    memcpy(start_of_title, title, sizeof title);
    TEXT(shown(getpid(), "cmdline"), title);
    TEXT(end_of(start(of_parent)), "exit 0");
    TEXT(shown(getpid(), "cmdline"), title);

    /* As libc tells the runtime where all this lies; to Linux it means nothing. */
    ERR(prctl(0x57414c49, 2, 0L, 0L, 1L << 33), EINVAL);
    ERR(prctl(0x57414c49, 2, 1L << 33, 1L << 33, 1L << 33), EINVAL);
    ERR(prctl(0x57414c49, 2, 0x20000L, 0x10000L, 0x30000L), EINVAL);
    ERR(prctl(0x57414c49, 2, 0x10000L, 0x30000L, 0x20000L), EINVAL);
    ERR(prctl(0x57414c49, 3, 0L, 0L, 0L), EINVAL);
    TEXT(shown(getpid(), "cmdline"), title);
    return done();
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return again(argc, argv);
    }
    char *words[] = {"name", "one", "", "two words", NULL};
    char *environment[] = {"FIRST=1", "SECOND=the second, which is long enough for a title", NULL};
    OK(execve(own_path(), words, environment));
    return 1;
}
