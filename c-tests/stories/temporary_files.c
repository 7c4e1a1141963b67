/* CALLS: open, getrandom, unlink */
#include "check.h"

#include <glob.h>

int main(void)
{
    char one[] = "prefix-XXXXXX", two[] = "prefix-XXXXXX.txt", directory[] = "dir-XXXXXX", wrong[] = "wrong";
    int fd = (int)OK(mkstemp(one));
    CHECK(strcmp(one, "prefix-XXXXXX") != 0);
    struct stat status;
    OK(fstat(fd, &status));
    IS(status.st_mode & 0777, 0600);
    OK(mkostemps(two, 4, O_CLOEXEC));
    TEXT(two + 13, ".txt");
    OK(mkdtemp(directory) ? 0 : -1);
    OK(stat(directory, &status));
    IS(status.st_mode, S_IFDIR | 0700);
    ERR(mkstemp(wrong), EINVAL);

    FILE *file = tmpfile();
    fputs("temporary", file);
    rewind(file);
    char text[16] = {0};
    IS(fread(text, 1, sizeof text, file), 9);
    OK(fstat(fileno(file), &status));
    IS(status.st_nlink, 0);
    fclose(file);

    glob_t found;
    IS(glob("prefix-*", 0, NULL, &found), 0);
    IS(found.gl_pathc, 2);
    globfree(&found);
    IS(glob("none*", 0, NULL, &found), GLOB_NOMATCH);
    return done();
}
