/* CALLS: getdents64 */
#include "check.h"

struct entry {
    uint64_t ino;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

static char buffer[32768];

/* Reads it to the end; marks each name "f<n>" that it finds, and answers how many entries there were. */
static int walk(int directory, size_t size, char *seen)
{
    int entries = 0;
    for (long long got; (got = RAW(SYS_getdents64, directory, buffer, size)) != 0;) {
        if (got < 0) {
            return -1;
        }
        for (char *at = buffer; at < buffer + got; entries++) {
            struct entry *entry = (struct entry *)at;
            if (entry->name[0] == 'f') {
                seen[atoi(entry->name + 1)]++;
            }
            at += entry->length;
        }
    }
    return entries;
}

int main(void)
{
    OK(mkdir("directory", 0755));
    for (int i = 0; i < 500; i++) {
        char name[32];
        snprintf(name, sizeof name, "directory/f%d", i);
        close(open(name, O_CREAT | O_WRONLY, 0644));
    }
    int directory = (int)OK(open("directory", O_RDONLY | O_DIRECTORY));
    char seen[500] = {0}, once[500];
    memset(once, 1, sizeof once);
    IS(walk(directory, sizeof buffer, seen), 502);
    CHECK(memcmp(seen, once, 500) == 0);
    IS(lseek(directory, 0, SEEK_SET), 0);
    memset(seen, 0, sizeof seen);
    IS(walk(directory, 64, seen), 502); /* in small steps */
    CHECK(memcmp(seen, once, 500) == 0);

    /* d_off leads back to where it was. */
    OK(lseek(directory, 0, SEEK_SET));
    OK(RAW(SYS_getdents64, directory, buffer, 64));
    int64_t position = ((struct entry *)buffer)->next;
    CHECK(lseek(directory, position, SEEK_SET) == position);
    ERR(RAW(SYS_getdents64, directory, buffer, 10), EINVAL);
    OK(RAW(SYS_getdents64, directory, buffer, 64));

    ERR(RAW(SYS_getdents64, -1, buffer, 64), EBADF);
    ERR(RAW(SYS_getdents64, make_file("file", ""), buffer, 64), ENOTDIR);
    OK(lseek(directory, 0, SEEK_SET));
    ERR(RAW(SYS_getdents64, directory, bad_pointer(), 64), EFAULT);
    ERR(RAW(SYS_getdents64, (int)OK(open("directory", O_PATH)), buffer, 64), EBADF);
    return done();
}
