/* CALLS: openat, renameat, unlinkat, fchdir */
/* Work relative to descriptors only, while the directories move underneath. */
#include "check.h"

int main(void)
{
    OK(mkdir("a", 0755));
    OK(mkdir("b", 0755));
    int a = (int)OK(open("a", O_RDONLY | O_DIRECTORY)), b = (int)OK(open("b", O_PATH | O_DIRECTORY));
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "%03d", i);
        int fd = openat(a, name, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (fd < 0 || write(fd, name, 3) != 3 || close(fd) != 0) {
            return 1;
        }
    }
    OK(rename("a", "b/inside"));
    OK(rename("b", "c"));
    int moved = 0;
    for (int i = 0; i < 100; i += 2) {
        char name[16];
        snprintf(name, sizeof name, "%03d", i);
        moved += renameat(a, name, b, name) == 0;
    }
    IS(moved, 50);
    TEXT(content_of("c/042"), "042");
    TEXT(content_of("c/inside/043"), "043");
    OK(fchdir(a));
    TEXT(content_of("../042"), "042");
    TEXT(content_of("043"), "043");
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "%03d", i);
        moved -= unlinkat(i % 2 ? a : b, name, 0) == 0;
    }
    IS(moved, -50);
    OK(chdir("../.."));
    OK(unlinkat(b, "inside", AT_REMOVEDIR));
    OK(rmdir("c"));
    return done();
}
