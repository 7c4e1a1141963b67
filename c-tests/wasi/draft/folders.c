/* The entries of a folder, without itself and its parent; each stream begins anew. */
#include "draft.h"

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct draft_entry *)one)->name, ((const struct draft_entry *)other)->name);
}

static uint32_t read_all(handle folder, struct draft_entry found[64])
{
    const handle entries = good(entries_of(folder));
    uint32_t count = 0;
    while (count < 64 && next_entry(entries, &found[count]) == 1) {
        count++;
    }
    IS(next_entry(entries, &found[63]), 0);
    drop_entries(entries);
    qsort(found, count, sizeof found[0], by_name);
    return count;
}

int main(void)
{
    static struct draft_entry found[64];
    struct draft_stat st = {0};
    const handle top = given_folder();
    IS(make_folder(top, "sub"), 0);
    const handle sub = good(open_file(top, FOLLOWS, "sub", IS_FOLDER, READS, 0));
    IS(read_all(sub, found), 0);
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "file-%02d", i);
        drop_file(good(open_file(sub, FOLLOWS, name, CREATES, WRITES, READABLE)));
    }
    IS(make_folder(sub, "inner"), 0);
    IS(symlink_path(sub, "nowhere", "link"), 0);
    IS(read_all(sub, found), 42);
    for (uint32_t i = 0; i < 42; i++) {
        IS(path_stat(sub, 0, found[i].name, &st), 0);
        IS(st.inode == found[i].inode, true);
        IS(st.type == found[i].type, true);
        say("%s %d", found[i].name, found[i].type);
    }
    IS(read_all(sub, found), 42);
    const handle file = good(open_file(sub, FOLLOWS, "file-00", 0, READS, 0));
    FAILS(entries_of(file), "not-directory");
    return done();
}
