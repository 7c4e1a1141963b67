/* Names: folders, links of both kinds, renaming, and what is wrong with them. */
#include "draft.h"

int main(void)
{
    char text[256];
    struct draft_stat st;
    const handle folder = given_folder();
    IS(make_folder(folder, "a"), 0);
    FAILS(make_folder(folder, "a"), "exist");
    FAILS(make_folder(folder, "b/c"), "no-entry");
    drop_file(good(open_file(folder, FOLLOWS, "a/file", CREATES, WRITES, READABLE | WRITABLE)));
    IS(link_path(folder, "a/file", "a/second"), 0);
    IS(path_stat(folder, 0, "a/second", &st), 0);
    IS(st.links, 2);
    FAILS(link_path(folder, "a/nothing", "a/third"), "no-entry");
    IS(symlink_path(folder, "file", "a/link"), 0);
    IS(read_link(folder, "a/link", text), 4);
    TEXT(text, "file");
    FAILS(read_link(folder, "a/file", text), "invalid");
    IS(path_stat(folder, 0, "a/link", &st), 0);
    IS(st.type, TYPE_LINK);
    IS(path_stat(folder, FOLLOWS, "a/link", &st), 0);
    IS(st.type, TYPE_FILE);
    FAILS(open_file(folder, 0, "a/link", 0, READS, 0), "loop");
    drop_file(good(open_file(folder, FOLLOWS, "a/link", 0, READS, 0)));
    IS(rename_path(folder, "a/second", "moved"), 0);
    FAILS(path_stat(folder, 0, "a/second", &st), "no-entry");
    FAILS(rename_path(folder, "a/second", "moved"), "no-entry");
    FAILS(remove_folder(folder, "a"), "not-empty");
    FAILS(remove_folder(folder, "moved"), "not-directory");
    FAILS(remove_file(folder, "a"), "is-directory");
    FAILS(path_stat(folder, 0, "moved/x", &st), "not-directory");
    IS(remove_file(folder, "a/link"), 0);
    IS(remove_file(folder, "a/file"), 0);
    IS(remove_file(folder, "moved"), 0);
    IS(remove_folder(folder, "a"), 0);
    FAILS(remove_folder(folder, "a"), "no-entry");
    return done();
}
