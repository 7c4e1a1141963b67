/* Ways out of the folder that was given, which the test has furnished with links that lead out: none is open.
 */
#include "preview1.h"

static uint32_t fd;
static struct filestat status;

static bool refused(int code)
{
    return code == W_PERM || code == W_NOTCAPABLE;
}

/* Not even a hint of what is there: every way gives the same answer, or says that the link itself is in the
 * way. */
static bool kept_in(int code)
{
    return refused(code) || code == W_LOOP;
}

static const char *const outside[] = {
    "..",
    "../",
    "../outside/file",
    "../outside/missing",
    "../box/inside/file", /* out and in again */
    "inside/../../outside/file",
    "inside/.././../outside/file",
    "./inside/../..//outside/file",
    "up/outside/file",
    "up/box/inside/file",
    "out/file",
    "out/missing/x",
    "absolute/file",
    "through/file",
    "chain/file",
    "inside/../up/outside/file",
    "/",
    "/etc/passwd",
    "//etc/passwd",
    "/proc/self/root",
    "../../../../../../../../../../../../../../../../etc/passwd",
};

/* The last name of these is a link: it may be named, but not followed. */
static const char *const links_out[] = {"up",      "out",   "out_file", "absolute", "absolute_file",
                                        "through", "chain", "dangling"};

static void through_paths(const char *path)
{
    char text[64];
    uint32_t size;
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), 0, RIGHT_READ, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, 0, P(path), 0, RIGHT_READ, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), CREAT, RIGHT_WRITE, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), TRUNC, RIGHT_WRITE, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), DIRECTORY, RIGHT_READDIR, RIGHTS_ALL, 0, &fd)));
    CHECK(refused(p1_path_filestat_get(HERE, 0, P(path), &status)));
    CHECK(refused(p1_path_filestat_get(HERE, FOLLOW, P(path), &status)));
    CHECK(refused(p1_path_filestat_set_times(HERE, FOLLOW, P(path), 1, 1, ATIM | MTIM)));
    CHECK(refused(p1_path_readlink(HERE, P(path), text, sizeof text, &size)));
    CHECK(refused(p1_path_create_directory(HERE, P(path))));
    CHECK(refused(p1_path_remove_directory(HERE, P(path))));
    CHECK(refused(p1_path_unlink_file(HERE, P(path))));
    CHECK(refused(p1_path_symlink(P("x"), HERE, P(path))));
    CHECK(refused(p1_path_link(HERE, 0, P(path), HERE, P("stolen"))));
    CHECK(refused(p1_path_link(HERE, 0, P("inside/file"), HERE, P(path))));
    CHECK(refused(p1_path_rename(HERE, P(path), HERE, P("stolen"))));
    CHECK(refused(p1_path_rename(HERE, P("inside/file"), HERE, P(path))));
}

static void through_links(const char *path)
{
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), 0, RIGHT_READ, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), CREAT, RIGHT_WRITE, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), TRUNC, RIGHT_WRITE, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P(path), DIRECTORY, RIGHT_READDIR, 0, 0, &fd)));
    int code = p1_path_open(HERE, 0, P(path), 0, RIGHT_READ, 0, 0, &fd);
    CHECK(code == W_LOOP || refused(code));
    CHECK(refused(p1_path_filestat_get(HERE, FOLLOW, P(path), &status)));
    CHECK(refused(p1_path_filestat_set_times(HERE, FOLLOW, P(path), 1, 1, ATIM | MTIM)));
    GIVES(p1_path_filestat_get(HERE, 0, P(path), &status), W_SUCCESS);
    CHECK(status.type == TYPE_SYMLINK);
}

/* Links that the guest makes itself. */
static void own_links(void)
{
    static const char *const targets[] = {"..", "../outside", "../outside/file", "inside/../..",
                                          "own_0/outside/file"};
    char name[16];
    for (int i = 0; i < 5; i++) {
        snprintf(name, sizeof name, "own_%d", i);
        int code = p1_path_symlink(P(targets[i]), HERE, P(name));
        CHECK(code == W_SUCCESS || refused(code)); /* that may be forbidden at once */
        if (code == W_SUCCESS) {
            through_links(name);
        }
    }
    REFUSED(p1_path_symlink(P("/etc"), HERE, P("own_absolute")));
    uint32_t inner = opened_directory("inside"); /* a link whose text is harmless where it is made */
    GIVES(p1_path_symlink(P("../.."), inner, P("deep")), W_SUCCESS);
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P("inside/deep"), 0, RIGHT_READ, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(inner, FOLLOW, P("deep"), 0, RIGHT_READ, 0, 0, &fd)));
    GIVES(p1_path_create_directory(HERE, P("inside/low")), W_SUCCESS);
    GIVES(p1_path_symlink(P(".."), HERE, P("inside/low/parent")), W_SUCCESS);
    GIVES(p1_path_open(HERE, FOLLOW, P("inside/low/parent/file"), 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS);
    GIVES(p1_path_rename(HERE, P("inside/low/parent"), HERE, P("risen")),
          W_SUCCESS); /* and where it leads now */
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P("risen"), 0, RIGHT_READ, 0, 0, &fd)));
    CHECK(kept_in(p1_path_open(HERE, FOLLOW, P("risen/outside/file"), 0, RIGHT_READ, 0, 0, &fd)));
}

/* A directory is as much of a wall as the one that was given, also when it moves. */
static void own_directories(void)
{
    uint32_t inner = opened_directory("inside");
    REFUSED(p1_path_open(inner, FOLLOW, P(".."), DIRECTORY, RIGHT_READDIR, 0, 0, &fd));
    REFUSED(p1_path_open(inner, FOLLOW, P("../inside/file"), 0, RIGHT_READ, 0, 0, &fd));
    GIVES(p1_path_create_directory(HERE, P("a")), W_SUCCESS);
    GIVES(p1_path_create_directory(HERE, P("a/b")), W_SUCCESS);
    uint32_t low = opened_directory("a/b");
    GIVES(p1_path_rename(HERE, P("a/b"), HERE, P("b")), W_SUCCESS);
    REFUSED(p1_path_open(low, FOLLOW, P("../inside/file"), 0, RIGHT_READ, 0, 0, &fd));
    REFUSED(p1_path_open(low, FOLLOW, P("../../outside/file"), 0, RIGHT_READ, 0, 0, &fd));
    GIVES(p1_path_remove_directory(HERE, P("b")), W_SUCCESS);
    CHECK(p1_path_open(low, FOLLOW, P("../outside/file"), 0, RIGHT_READ, 0, 0, &fd) != W_SUCCESS);
    CHECK(p1_path_open(low, 0, P("new"), CREAT, RIGHT_WRITE, 0, 0, &fd) != W_SUCCESS);
}

int main(void)
{
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        say("%s", outside[i]);
        through_paths(outside[i]);
    }
    for (size_t i = 0; i < sizeof links_out / sizeof *links_out; i++) {
        say("%s", links_out[i]);
        through_links(links_out[i]);
    }
    own_links();
    own_directories();
    /* What stays inside stays open. */
    GIVES(p1_path_open(HERE, FOLLOW, P("inside/../inside/./file"), 0, RIGHT_READ, 0, 0, &fd), W_SUCCESS);
    return done();
}
