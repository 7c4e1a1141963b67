/* CALLS: fork, setsid */
#include "check.h"
#include "child.h"

static int become_daemon(void)
{
    int fd = open("report", O_WRONLY | O_CREAT | O_APPEND, 0644), before = getpid(), session = getsid(0);
    OK(daemon(1, 0));
    char text[100], link[100] = "";
    (void)!readlink("/proc/self/fd/0", link, sizeof link - 1);
    int length = snprintf(text, sizeof text, "another session %d, another process %d, stdin %s\n",
                          getsid(0) != session, getpid() != before, link);
    (void)!write(fd, text, (size_t)length);
    return 0;
}

int main(void)
{
    TEXT(end_of(start(become_daemon)), "exit 0");
    for (int i = 0; i < 200 && strchr(content_of("report"), '\n') == NULL; i++) {
        usleep(20000);
    }
    TEXT(content_of("report"), "another session 1, another process 1, stdin /dev/null\n");
    return done();
}
