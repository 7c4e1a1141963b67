/* The other calls of paths: what each does, and which code it gives for what is wrong. */
#include "preview1.h"

static struct filestat status;

static int look(const char *path)
{
    return p1_path_filestat_get(HERE, 0, P(path), &status);
}

static void making(void)
{
    GIVES(p1_path_create_directory(HERE, P("dir")), W_SUCCESS);
    GIVES(look("dir"), W_SUCCESS);
    CHECK(status.type == TYPE_DIRECTORY);
    GIVES(p1_path_create_directory(HERE, P("dir/sub/")), W_SUCCESS);
    GIVES(p1_path_create_directory(HERE, P("dir")), W_EXIST);
    GIVES(p1_path_create_directory(HERE, P("file")), W_EXIST);
    GIVES(p1_path_create_directory(HERE, P("missing/x")), W_NOENT);
    GIVES(p1_path_create_directory(HERE, P("file/x")), W_NOTDIR);
    GIVES(p1_path_create_directory(HERE, "", 0), W_NOENT);
    GIVES2(p1_path_create_directory(HERE, "a\0b", 3), W_INVAL, W_ILSEQ);
    GIVES(p1_path_create_directory(HERE, "\xff", 1), W_ILSEQ);
    GIVES(p1_path_create_directory(99, P("x")), W_BADF);
    GIVES2(p1_path_create_directory(1, P("x")), W_NOTDIR, W_BADF);
    FAULTS(p1_path_create_directory(HERE, last(1), 2));
    REFUSED(p1_path_create_directory(HERE, P("../x")));
    REFUSED(p1_path_create_directory(HERE, P("/x")));
    GIVES(p1_path_create_directory(HERE, P(".")), W_EXIST);
}

static void removing(void)
{
    GIVES(p1_path_remove_directory(HERE, P("dir")), W_NOTEMPTY);
    GIVES(p1_path_remove_directory(HERE, P("dir/sub/")), W_SUCCESS);
    GIVES(p1_path_remove_directory(HERE, P("file")), W_NOTDIR);
    GIVES(p1_path_remove_directory(HERE, P("missing")), W_NOENT);
    GIVES(p1_path_remove_directory(HERE, "", 0), W_NOENT);
    GIVES(p1_path_remove_directory(99, P("dir")), W_BADF);
    REFUSED(p1_path_remove_directory(HERE, P("..")));
    REFUSED(p1_path_remove_directory(HERE, P("/tmp")));
    FAULTS(p1_path_remove_directory(HERE, last(1), 2));
    GIVES2(p1_path_unlink_file(HERE, P("dir")), W_ISDIR, W_PERM);
    GIVES2(p1_path_unlink_file(HERE, P("dir/")), W_ISDIR, W_NOTDIR);
    GIVES(p1_path_unlink_file(HERE, P("file/")), W_NOTDIR);
    GIVES(p1_path_unlink_file(HERE, P("missing")), W_NOENT);
    GIVES(p1_path_unlink_file(HERE, "", 0), W_NOENT);
    GIVES(p1_path_unlink_file(99, P("file")), W_BADF);
    REFUSED(p1_path_unlink_file(HERE, P("../file")));
    REFUSED(p1_path_unlink_file(HERE, P("/file")));
    FAULTS(p1_path_unlink_file(HERE, last(1), 2));
    GIVES(look("file"), W_SUCCESS);
    p1_fd_close(created("victim", ""));
    GIVES(p1_path_unlink_file(HERE, P("victim")), W_SUCCESS);
    GIVES(look("victim"), W_NOENT);
    GIVES(p1_path_remove_directory(HERE, P("dir")), W_SUCCESS);
    GIVES(look("dir"), W_NOENT);
}

static void renaming(void)
{
    p1_fd_close(created("old", "O"));
    GIVES(p1_path_rename(HERE, P("old"), HERE, P("new")), W_SUCCESS);
    GIVES(look("old"), W_NOENT);
    GIVES(look("new"), W_SUCCESS);
    p1_fd_close(created("over", ""));
    GIVES(p1_path_rename(HERE, P("new"), HERE, P("over")), W_SUCCESS);
    GIVES(look("over"), W_SUCCESS);
    IS(status.size, 1);
    GIVES(p1_path_create_directory(HERE, P("d1")), W_SUCCESS);
    GIVES(p1_path_create_directory(HERE, P("d2")), W_SUCCESS);
    p1_fd_close(created("d2/full", ""));
    GIVES(p1_path_rename(HERE, P("d1"), HERE, P("d2")), W_NOTEMPTY);
    GIVES(p1_path_rename(HERE, P("d2"), HERE, P("d1")), W_SUCCESS);
    GIVES(p1_path_rename(HERE, P("over"), HERE, P("d1")), W_ISDIR);
    GIVES(p1_path_rename(HERE, P("d1"), HERE, P("over")), W_NOTDIR);
    GIVES(p1_path_rename(HERE, P("d1"), HERE, P("d1/in")), W_INVAL);
    GIVES(p1_path_rename(HERE, P("missing"), HERE, P("x")), W_NOENT);
    GIVES(p1_path_rename(HERE, P("over"), HERE, P("missing/x")), W_NOENT);
    GIVES(p1_path_rename(HERE, P("over/"), HERE, P("x")), W_NOTDIR);
    GIVES(p1_path_rename(HERE, P("over"), HERE, P("x/")), W_NOTDIR);
    GIVES(p1_path_rename(99, P("over"), HERE, P("x")), W_BADF);
    GIVES(p1_path_rename(HERE, P("over"), 99, P("x")), W_BADF);
    FAULTS(p1_path_rename(HERE, last(1), 2, HERE, P("x")));
    FAULTS(p1_path_rename(HERE, P("over"), HERE, last(1), 2));
    REFUSED(p1_path_rename(HERE, P("over"), HERE, P("../over")));
    REFUSED(p1_path_rename(HERE, P("../x"), HERE, P("x")));
    REFUSED(p1_path_rename(HERE, P("over"), HERE, P("/over")));
    uint32_t inner = opened_directory("d1");
    GIVES(p1_path_rename(HERE, P("over"), inner, P("moved")), W_SUCCESS);
    REFUSED(p1_path_rename(inner, P("moved"), inner, P("../moved"))); /* out of what it was opened for */
    GIVES(look("d1/moved"), W_SUCCESS);
}

static void linking(void)
{
    GIVES(p1_path_link(HERE, 0, P("file"), HERE, P("hard")), W_SUCCESS);
    GIVES(look("hard"), W_SUCCESS);
    IS(status.links, 2);
    GIVES(p1_path_link(HERE, FOLLOW, P("file"), HERE, P("x")), W_INVAL);
    GIVES(p1_path_link(HERE, 0, P("file"), HERE, P("hard")), W_EXIST);
    GIVES(p1_path_link(HERE, 0, P("missing"), HERE, P("x")), W_NOENT);
    GIVES2(p1_path_link(HERE, 0, P("d1"), HERE, P("x")), W_PERM, W_ACCES);
    GIVES2(p1_path_link(HERE, 0, P("file"), HERE, P("x/")), W_NOENT, W_NOTDIR);
    GIVES(p1_path_link(HERE, 0, P("file/"), HERE, P("x")), W_NOTDIR);
    GIVES(p1_path_link(99, 0, P("file"), HERE, P("x")), W_BADF);
    GIVES(p1_path_link(HERE, 0, P("file"), 99, P("x")), W_BADF);
    FAULTS(p1_path_link(HERE, 0, last(1), 2, HERE, P("x")));
    FAULTS(p1_path_link(HERE, 0, P("file"), HERE, last(1), 2));
    REFUSED(p1_path_link(HERE, 0, P("file"), HERE, P("../x")));
    REFUSED(p1_path_link(HERE, 0, P("../x"), HERE, P("x")));
}

static void pointing(void)
{
    char text[16];
    uint32_t size = 0;
    GIVES(p1_path_symlink(P("file"), HERE, P("soft")), W_SUCCESS);
    GIVES(look("soft"), W_SUCCESS);
    CHECK(status.type == TYPE_SYMLINK && status.size == 4);
    memset(text, '#', sizeof text);
    GIVES(p1_path_readlink(HERE, P("soft"), text, sizeof text, &size), W_SUCCESS);
    CHECK(size == 4 && memcmp(text, "file#", 5) == 0);
    memset(text, '#', sizeof text);
    GIVES(p1_path_readlink(HERE, P("soft"), text, 2, &size), W_SUCCESS);
    CHECK(size == 2 && memcmp(text, "fi#", 3) == 0);
    GIVES2(p1_path_readlink(HERE, P("soft"), text, 0, &size), W_SUCCESS, W_INVAL);
    GIVES(p1_path_readlink(HERE, P("file"), text, sizeof text, &size), W_INVAL);
    GIVES(p1_path_readlink(HERE, P("missing"), text, sizeof text, &size), W_NOENT);
    GIVES(p1_path_readlink(99, P("soft"), text, sizeof text, &size), W_BADF);
    REFUSED(p1_path_readlink(HERE, P("../soft"), text, sizeof text, &size));
    FAULTS(p1_path_readlink(HERE, P("soft"), last(3), 4, &size));
    FAULTS(p1_path_readlink(HERE, P("soft"), text, 0xffffffff, &size));
    FAULTS(p1_path_readlink(HERE, P("soft"), text, sizeof text, last(3)));
    GIVES(p1_path_readlink(HERE, P("soft"), last(4), 4, &size), W_SUCCESS);
    GIVES(p1_path_symlink(P("x"), HERE, P("soft")), W_EXIST);
    GIVES(p1_path_symlink(P("x"), HERE, P("missing/x")), W_NOENT);
    GIVES2(p1_path_symlink(P("x"), HERE, P("new/")), W_NOENT, W_NOTDIR);
    GIVES(p1_path_symlink("", 0, HERE, P("empty")), W_NOENT);
    GIVES(p1_path_symlink(P("x"), 99, P("y")), W_BADF);
    FAULTS(p1_path_symlink(last(1), 2, HERE, P("y")));
    FAULTS(p1_path_symlink(P("x"), HERE, last(1), 2));
    REFUSED(p1_path_symlink(P("/etc/passwd"), HERE, P("absolute")));
    REFUSED(p1_path_symlink(P("x"), HERE, P("../y")));
    GIVES(look("absolute"), W_NOENT);
}

int main(void)
{
    p1_fd_close(created("file", "0123456789"));
    making();
    removing();
    renaming();
    linking();
    pointing();
    return done();
}
