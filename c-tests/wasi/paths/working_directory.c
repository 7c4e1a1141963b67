/* chdir: libc keeps the directory itself, and makes paths of it for the calls. */
#include "check.h"

int main(void)
{
    char text[32] = {0};
    OK(mkdir("a", 0755));
    OK(mkdir("a/b", 0755));
    close(make_file("top", "T"));
    OK(chdir("a"));
    close(make_file("inside", "I"));
    OK(chdir("b"));
    close(make_file("deep", "D"));
    TEXT(content_of("../inside"), "I");
    TEXT(content_of("../../top"), "T");
    OK(symlink("../inside", "link"));
    IS(readlink("link", text, sizeof text), 9);
    TEXT(content_of("link"), "I");
    OK(rename("deep", "../risen"));
    OK(chdir(".."));
    TEXT(content_of("risen"), "D");
    ERR(chdir("inside"), ENOTDIR);
    ERR(chdir("missing"), ENOENT);
    OK(rmdir("b") == -1 && errno == ENOTEMPTY ? 0 : -1);
    OK(unlink("b/link"));
    OK(rmdir("b"));
    return done();
}
