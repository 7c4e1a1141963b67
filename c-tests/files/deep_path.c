/* CALLS: mkdirat, getcwd, chdir */
/* A path longer than PATH_MAX can be reached step by step, but not named. */
#include "check.h"

int main(void)
{
    char *name = long_name(200);
    int steps = 0;
    while (steps < 25 && mkdir(name, 0755) == 0 && chdir(name) == 0) {
        steps++;
    }
    IS(steps, 25);
    static char path[8192];
    ERR(RAW(SYS_getcwd, path, sizeof path), ENAMETOOLONG);
    TEXT((close(make_file("file", "deep")), content_of("file")), "deep");
    for (int i = 0; i < 25; i++) {
        unlink("file");
        if (chdir("..") != 0 || rmdir(name) != 0) {
            return 1;
        }
    }
    OK(getcwd(path, sizeof path) ? 0 : -1);
    return done();
}
