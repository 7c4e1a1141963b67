/* Descriptors of files: reading and writing at a place, sizes, times, types. */
#include "draft.h"

int main(void)
{
    char bytes[32];
    bool is_end;
    struct draft_stat st, other;
    const handle folder = given_folder();
    FAILS(open_file(folder, FOLLOWS, "file", 0, READS, 0), "no-entry");
    const handle file =
        good(open_file(folder, FOLLOWS, "file", CREATES | EXCLUSIVE, READS | WRITES, READABLE | WRITABLE));
    FAILS(open_file(folder, FOLLOWS, "file", CREATES | EXCLUSIVE, WRITES, READABLE), "exist");
    IS(file_type(file), TYPE_FILE);
    IS(file_type(folder), TYPE_FOLDER);
    IS(file_write(file, "0123456789", 10, 0), 10);
    IS(file_write(file, "ab", 2, 14), 2);
    IS(file_read(file, bytes, 16, 8, &is_end), 8);
    IS(is_end, false);
    IS(memcmp(bytes, "89\0\0\0\0ab", 8), 0);
    IS(file_read(file, bytes, 16, 16, &is_end), 0);
    IS(is_end, true);
    IS(set_size(file, 4), 0);
    IS(sync_file(file), 0);
    IS(sync_data(file), 0);
    IS(set_times(file, (struct times){1000, 1}, (struct times){2000, 999999999}), 0);
    IS(file_stat(file, &st), 0);
    IS(st.type, TYPE_FILE);
    IS(st.links, 1);
    IS(st.size, 4);
    IS(st.accessed.seconds, 1000);
    IS(st.accessed.nanoseconds, 1);
    IS(st.modified.seconds, 2000);
    IS(st.modified.nanoseconds, 999999999);
    CHECK(st.changed.seconds > 1600000000);
    IS(path_stat(folder, FOLLOWS, "file", &other), 0);
    IS(st.device == other.device && st.inode == other.inode, true);
    IS(file_stat(folder, &other), 0);
    IS(other.type, TYPE_FOLDER);
    IS(st.inode == other.inode, false);

    const handle truncated = good(open_file(folder, FOLLOWS, "file", TRUNCATES, WRITES, 0));
    IS(file_stat(truncated, &st), 0);
    IS(st.size, 0);
    FAILS(file_read(truncated, bytes, 1, 0, &is_end), "bad-descriptor");
    const handle read_only = good(open_file(folder, FOLLOWS, "file", 0, READS, 0));
    FAILS(file_write(read_only, "x", 1, 0), "bad-descriptor");
    FAILS(set_size(read_only, 1), "invalid");
    FAILS(open_file(folder, FOLLOWS, ".", 0, WRITES, 0), "is-directory");
    FAILS(open_file(folder, FOLLOWS, "file", IS_FOLDER, READS, 0), "not-directory");
    drop_file(file), drop_file(truncated), drop_file(read_only);
    return done();
}
