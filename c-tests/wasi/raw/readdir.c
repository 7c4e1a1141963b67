/* fd_readdir: entries whole and cut, cookies, buffers of every size. */
#include "preview1.h"

enum { FILES = 40, HEAD = 24 };

struct entry {
    uint64_t next;
    uint64_t inode;
    uint32_t length;
    uint8_t type;
};

static struct entry entry_at(const uint8_t *at)
{
    struct entry entry;
    memcpy(&entry, at, sizeof entry);
    return entry;
}

/* Reads all entries with buffers of this size; answers how many, and how often each was seen. */
static int all(uint32_t fd, uint32_t room, int *seen, int *others)
{
    static uint8_t buffer[4096];
    uint64_t cookie = 0;
    int count = 0;
    for (;;) {
        uint32_t used = 0;
        memset(buffer, 0xee, sizeof buffer);
        if (p1_fd_readdir(fd, buffer, room, cookie, &used) != 0 || used > room || buffer[room] != 0xee) {
            return -1;
        }
        uint32_t at = 0;
        while (used - at >= HEAD) {
            struct entry entry = entry_at(buffer + at);
            if (used - at - HEAD < entry.length) {
                break;
            }
            char name[64] = {0};
            memcpy(name, buffer + at + HEAD, entry.length < 63 ? entry.length : 63);
            int number;
            if (sscanf(name, "file-%d", &number) == 1) {
                seen[number]++;
                if (entry.type != TYPE_FILE || entry.inode == 0) {
                    return -2;
                }
            } else {
                ++*others;
            }
            count++;
            cookie = entry.next;
            at += HEAD + entry.length;
        }
        if (used < room) {
            return count;
        }
        if (at == 0) {
            return -3; /* not even one */
        }
    }
}

int main(void)
{
    GIVES(p1_path_create_directory(HERE, P("dir")), W_SUCCESS);
    for (int i = 0; i < FILES; i++) {
        char path[32];
        snprintf(path, sizeof path, "dir/file-%d", i);
        p1_fd_close(created(path, ""));
    }
    uint32_t fd = opened_directory("dir"), used = 0;
    static const uint32_t rooms[] = {4000, 1000, 100, 64, HEAD + 7};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        int seen[FILES] = {0}, others = 0;
        IS(all(fd, rooms[i], seen, &others), FILES + 2);
        IS(others, 2); /* . and .. */
        bool once = true;
        for (int k = 0; k < FILES; k++) {
            once = once && seen[k] == 1;
        }
        CHECK(once);
    }

    uint8_t buffer[256], again[256];
    GIVES(p1_fd_readdir(fd, buffer, 10, 0, &used), W_SUCCESS); /* a part of a head */
    IS(used, 10);
    GIVES(p1_fd_readdir(fd, buffer, 0, 0, &used), W_SUCCESS);
    IS(used, 0);
    GIVES(p1_fd_readdir(fd, buffer, sizeof buffer, 0, &used), W_SUCCESS);
    IS(used, sizeof buffer);
    struct entry first = entry_at(buffer);
    struct entry second = entry_at(buffer + HEAD + first.length);
    CHECK(first.next != 0 && second.next != first.next);
    CHECK(first.next < 1000 && second.next < 1000); /* libc keeps them in 32 bits */
    GIVES(p1_fd_readdir(fd, again, 100, first.next, &used), W_SUCCESS);
    CHECK(memcmp(again, buffer + HEAD + first.length, HEAD + second.length) == 0);
    GIVES(p1_fd_readdir(fd, again, 200, 0, &used), W_SUCCESS); /* back to the beginning */
    CHECK(memcmp(again, buffer, 200) == 0);
    GIVES2(p1_fd_readdir(fd, again, sizeof again, 1000000, &used), W_SUCCESS, W_NOENT);

    GIVES(p1_path_unlink_file(HERE, P("dir/file-0")), W_SUCCESS); /* a new beginning sees what is there now */
    p1_fd_close(created("dir/file-1x", ""));
    int seen[FILES] = {0}, others = 0;
    IS(all(fd, 4000, seen, &others), FILES + 2);
    IS(seen[0], 0);
    for (int i = 1; i < FILES / 2; i++) { /* piece by piece, too: what it knew of places is not so any more */
        char path[32];
        snprintf(path, sizeof path, "dir/file-%d", i);
        p1_path_unlink_file(HERE, P(path));
    }
    memset(seen, 0, sizeof seen);
    IS(all(fd, 64, seen, &others), FILES / 2 + 3);
    bool once = true;
    for (int i = 0; i < FILES; i++) { /* file-1x counts as file-1 */
        once = once && seen[i] == (i >= FILES / 2 || i == 1);
    }
    CHECK(once);

    uint32_t file = opened("dir/file-30", 0, 0);
    GIVES2(p1_fd_readdir(file, buffer, sizeof buffer, 0, &used), W_NOTDIR, W_BADF);
    GIVES(p1_fd_readdir(99, buffer, sizeof buffer, 0, &used), W_BADF);
    FAULTS(p1_fd_readdir(fd, last(10), 11, 0, &used));
    FAULTS(p1_fd_readdir(fd, buffer, 0xffffffff, 0, &used));
    FAULTS(p1_fd_readdir(fd, buffer, sizeof buffer, 0, last(3)));
    GIVES(p1_fd_readdir(fd, last(100), 100, 0, &used), W_SUCCESS);
    IS(used, 100);
    return done();
}
