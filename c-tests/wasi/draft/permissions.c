/* What a file may be used for, and changing that. */
#include "draft.h"

int main(void)
{
    const handle folder = given_folder();
    drop_file(good(open_file(folder, FOLLOWS, "file", CREATES, WRITES, READABLE | WRITABLE)));
    drop_file(good(open_file(folder, FOLLOWS, "program", CREATES, WRITES, READABLE | WRITABLE | EXECUTABLE)));
    IS(make_folder(folder, "sub"), 0);
    IS(symlink_path(folder, "program", "link"), 0);
    IS(symlink_path(folder, "nowhere", "dangling"), 0);
    IS(may(folder, FOLLOWS, "file", EXISTS), 0);
    IS(may(folder, FOLLOWS, "file", READABLE | WRITABLE), 0);
    FAILS(may(folder, FOLLOWS, "file", EXECUTABLE), "access");
    IS(may(folder, FOLLOWS, "program", READABLE | WRITABLE | EXECUTABLE), 0);
    IS(may(folder, FOLLOWS, "link", EXECUTABLE), 0);
    IS(may(folder, FOLLOWS, "sub", READABLE | WRITABLE | EXECUTABLE), 0);
    FAILS(may(folder, FOLLOWS, "dangling", EXISTS), "no-entry");
    IS(may(folder, 0, "dangling", EXISTS), 0);
    FAILS(may(folder, FOLLOWS, "nothing", READABLE), "no-entry");
    FAILS(may(folder, FOLLOWS, "file/x", EXISTS), "not-directory");

    IS(change_file(folder, FOLLOWS, "file", READABLE | EXECUTABLE), 0);
    IS(may(folder, FOLLOWS, "file", READABLE | EXECUTABLE), 0);
    IS(change_file(folder, FOLLOWS, "link", READABLE), 0);
    FAILS(may(folder, FOLLOWS, "program", EXECUTABLE), "access");
    IS(change_folder(folder, FOLLOWS, "sub", READABLE), 0);
    IS(may(folder, FOLLOWS, "sub", READABLE | EXECUTABLE), 0);
    IS(change_folder(folder, FOLLOWS, "sub", READABLE | WRITABLE), 0);
    FAILS(change_file(folder, FOLLOWS, "sub", READABLE), "is-directory");
    FAILS(change_folder(folder, FOLLOWS, "file", READABLE), "not-directory");
    FAILS(change_file(folder, FOLLOWS, "dangling", READABLE), "no-entry");
    return done();
}
