/* O_APPEND: every write goes to the end, wherever the position was, and whoever made the end. */
#include "check.h"

int main(void)
{
    char buffer[32] = {0};
    close(make_file("file", "one"));
    int appends = (int)OK(open("file", O_RDWR | O_APPEND));
    int writes = (int)OK(open("file", O_WRONLY));
    CHECK((fcntl(appends, F_GETFL) & O_APPEND) != 0);
    CHECK((fcntl(writes, F_GETFL) & O_APPEND) == 0);
    IS(lseek(appends, 0, SEEK_CUR), 0);
    IS(read(appends, buffer, 1), 1);
    IS(write(appends, "two", 3), 3);
    IS(lseek(appends, 0, SEEK_CUR), 6);
    IS(lseek(appends, 0, SEEK_SET), 0);
    IS(lseek(writes, 0, SEEK_END), 6);
    IS(write(writes, "three", 5), 5);
    IS(write(appends, "four", 4), 4);
    TEXT(content_of("file"), "onetwothreefour");

    OK(fcntl(appends, F_SETFL, 0));
    CHECK((fcntl(appends, F_GETFL) & O_APPEND) == 0);
    IS(lseek(appends, 0, SEEK_SET), 0);
    IS(write(appends, "ONE", 3), 3);
    TEXT(content_of("file"), "ONEtwothreefour");
    OK(fcntl(writes, F_SETFL, O_APPEND));
    CHECK((fcntl(writes, F_GETFL) & O_APPEND) != 0);
    IS(lseek(writes, 0, SEEK_SET), 0);
    IS(write(writes, "!", 1), 1);
    TEXT(content_of("file"), "ONEtwothreefour!");
    OK(close((int)OK(open("file", O_WRONLY | O_TRUNC | O_APPEND))));
    IS(write(appends, "", 0), 0);
    TEXT(content_of("file"), "");
    return done();
}
