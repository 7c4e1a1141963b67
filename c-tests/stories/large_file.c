/* CALLS: lseek, pread64, pwrite64, ftruncate, newfstatat */
/* Offsets beyond 32 bits, in a file that is nearly all hole. */
#include "check.h"

int main(void)
{
    int fd = make_file("file", "");
    long long at[] = {0x7ffffffe, 0xfffffffe, 0x100000000, 0x123456789a, 0x3ffffffff0};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        char text[8];
        snprintf(text, sizeof text, "mark%zu", i);
        CHECK(lseek(fd, at[i], SEEK_SET) == at[i] && write(fd, text, 5) == 5);
    }
    struct stat status;
    OK(stat("file", &status));
    IS(status.st_size, 0x3ffffffff5);
    CHECK(status.st_blocks < 1000);
    char text[8] = {0};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        CHECK(pread(fd, text, 5, at[i]) == 5);
        say("%llx: %s", at[i], text);
    }
    IS(lseek(fd, -5, SEEK_END), 0x3ffffffff0);
    FILE *file = fdopen(fd, "r+");
    CHECK(fseeko(file, 0x123456789a, SEEK_SET) == 0);
    TEXT(fgets(text, 6, file), "mark3");
    IS(ftello(file), 0x123456789f);
    OK(ftruncate(fd, 0));
    fclose(file);
    return done();
}
