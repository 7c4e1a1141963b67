/* It was given /proc: what leads from there into the host's process, and out of what was given, is closed. */
#include "preview1.h"

static uint32_t fd;

static int open_as(const char *path, uint64_t rights)
{
    return p1_path_open(HERE, FOLLOW, P(path), 0, rights, 0, 0, &fd);
}

int main(void)
{
    static const char *const memory[] = {"self/mem", "thread-self/mem", "self/task/../mem", "kcore"};
    static const char *const magic[] = {
        "self/root", "self/root/etc/passwd", "self/cwd", "self/exe", "self/fd/0",
        "self/fd/1", "thread-self/root/etc"};
    GIVES(open_as("version", RIGHT_READ), W_SUCCESS);
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        say("%s", memory[i]);
        CHECK(open_as(memory[i], RIGHT_READ) != W_SUCCESS);
        CHECK(open_as(memory[i], RIGHT_WRITE) != W_SUCCESS);
        CHECK(open_as(memory[i], RIGHT_READ | RIGHT_WRITE) != W_SUCCESS);
    }
    for (size_t i = 0; i < sizeof magic / sizeof *magic; i++) {
        say("%s", magic[i]);
        CHECK(open_as(magic[i], RIGHT_READ) != W_SUCCESS);
        struct filestat status;
        CHECK(p1_path_filestat_get(HERE, FOLLOW, P(magic[i]), &status) != W_SUCCESS);
    }
    return done();
}
