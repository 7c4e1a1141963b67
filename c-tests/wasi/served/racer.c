/* Two of these run in one folder. "swap" puts, again and again, a link that leads out in the place of a
 * directory; "open" reads the file below that name, makes files there and removes them. It must never get
 * out. */
#include "preview1.h"

static uint32_t fd;

static void swap(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        p1_path_rename(HERE, P("target"), HERE, P("directory"));
        p1_path_rename(HERE, P("link"), HERE, P("target"));
        p1_path_rename(HERE, P("target"), HERE, P("link"));
        p1_path_rename(HERE, P("directory"), HERE, P("target"));
    }
}

static void look(int rounds)
{
    int inside = 0, refused = 0, others = 0;
    struct filestat status;
    for (int i = 0; i < rounds; i++) {
        char buffer[16] = {0};
        struct iov room = iov(buffer, sizeof buffer);
        uint32_t size;
        int code = p1_path_open(HERE, FOLLOW, P("target/file"), 0, RIGHT_READ, 0, 0, &fd);
        if (code == 0) {
            p1_fd_read(fd, &room, 1, &size);
            p1_fd_close(fd);
            inside += strcmp(buffer, "inside") == 0;
            others += strcmp(buffer, "inside") != 0;
        }
        refused += code == W_PERM || code == W_NOTCAPABLE;
        if (p1_path_open(HERE, 0, P("target/made"), CREAT, RIGHT_WRITE, 0, 0, &fd) == 0) {
            p1_fd_close(fd);
        }
        p1_path_unlink_file(HERE, P("target/made"));
        p1_path_create_directory(HERE, P("target/new"));
        p1_path_remove_directory(HERE, P("target/new"));
        p1_path_rename(HERE, P("mine"), HERE, P("target/mine"));
        p1_path_rename(HERE, P("target/mine"), HERE, P("mine"));
        if (p1_path_filestat_get(HERE, FOLLOW, P("target/file"), &status) == 0) {
            others += status.size != 6;
        }
    }
    fprintf(stderr, "inside %d, refused %d\n", inside, refused);
    IS(others, 0);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 0;
    if (argc > 1 && strcmp(argv[1], "swap") == 0) {
        swap(rounds);
    } else {
        look(rounds);
    }
    return done();
}
