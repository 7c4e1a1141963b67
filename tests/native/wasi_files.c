/* The functions of preview1 on files, folders and paths: rights, cookies, bad pointers. */
#define _GNU_SOURCE
#include "tests/native/wasi_calls.h"
#include "wali/native/base/kernel.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/_generated/unstable_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what the guest begins with ---- */

static void begin_with(void)
{
    struct wasi_fdstat stat = fdstat(0);
    NEED(stat.type == TYPE_CHARACTER_DEVICE && (stat.base & READ_WRITE) == RIGHT_FD_READ);
    NEED((stat.base & RIGHT_FD_SEEK) != 0); /* /dev/null is no terminal */
    stat = fdstat(1);
    NEED((stat.base & READ_WRITE) == RIGHT_FD_WRITE);
    NEED(code(preview1_fd_fdstat_set_flags(1, FLAG_NONBLOCK)) == WASI_BADF); /* it is others', too */
    NEED(preview1_fd_prestat_get(ROOT, OUT) == 0 && word_at(OUT) == 0 && word_at(OUT + 4) == 1);
    NEED(preview1_fd_prestat_dir_name(ROOT, (struct wasi_list){DATA, 10}) == 0 && wali_base[DATA] == '/');
    NEED(preview1_fd_prestat_get(OTHER, OUT) == 0 && word_at(OUT + 4) == 5);
    NEED(code(preview1_fd_prestat_dir_name(OTHER, (struct wasi_list){DATA, 4})) == WASI_NAMETOOLONG);
    NEED(code(preview1_fd_prestat_dir_name(OTHER, (struct wasi_list){BEYOND, 5})) == WASI_FAULT);
    NEED(code(preview1_fd_prestat_get(OTHER, BEYOND)) == WASI_FAULT);
    NEED(code(preview1_fd_prestat_get(1, OUT)) == WASI_BADF);
    NEED(code(preview1_fd_prestat_get(PROC + 1, OUT)) == WASI_BADF);
    NEED(code(preview1_fd_prestat_get(UINT32_MAX, OUT)) == WASI_BADF);
    stat = fdstat(ROOT);
    NEED(stat.type == TYPE_DIRECTORY && (stat.base & RIGHT_FD_READDIR) != 0 &&
         (stat.inheriting & READ_WRITE) == READ_WRITE);
    NEED(fdstat(LISTENER).type == TYPE_SOCKET_STREAM);
}

/* ---- files ---- */

static void read_and_write(void)
{
    const uint32_t fd = opened("file", OPEN_CREAT, READ_WRITE | RIGHT_FD_FILESTAT_SET_SIZE);
    NEED(fd == PROC + 1);
    write_text(fd, "one two three");
    NEED(preview1_fd_seek(fd, -5, SEEK_END, OUT) == 0 && word_at(OUT) == 8);
    NEED(reads(fd, "three"));
    NEED(reads(fd, ""));
    NEED(preview1_fd_tell(fd, OUT) == 0 && word_at(OUT) == 13);
    NEED(code(preview1_fd_seek(fd, -1, SEEK_SET, OUT)) == WASI_INVAL);
    memset(wali_base + DATA, 0, 16);
    NEED(preview1_fd_pread(fd, vector(DATA, 3), 4, OUT) == 0 && memcmp(wali_base + DATA, "two", 4) == 0);
    NEED(preview1_fd_pwrite(fd, vector(DATA, 3), 0, OUT) == 0);
    NEED(preview1_fd_seek(fd, 0, SEEK_SET, OUT) == 0 && reads(fd, "two two three"));
    NEED(preview1_fd_filestat_set_size(fd, 3) == 0);
    NEED(preview1_fd_filestat_get(fd, DATA) == 0);
    struct wasi_filestat stat;
    memcpy(&stat, wali_base + DATA, sizeof stat);
    NEED(stat.size == 3 && stat.type == TYPE_REGULAR_FILE && stat.links == 1);
    NEED(unstable_fd_filestat_get(fd, DATA) == 0 && word_at(DATA + 20) == 1 && word_at(DATA + 24) == 3);
    NEED(preview1_fd_sync(fd) == 0 && preview1_fd_datasync(fd) == 0 && preview1_fd_sync(0) == 0);
    NEED(code(preview1_fd_allocate(fd, 0, 1)) == WASI_NOTSUP);
    NEED(code(preview1_fd_allocate(ROOT, 0, 1)) == WASI_BADF);
    NEED(preview1_fd_advise(fd, 0, 0, 3) == 0 && code(preview1_fd_advise(fd, ALL, 0, 0)) == WASI_INVAL);
    NEED(code(preview1_fd_advise(ROOT, 0, 0, 0)) == WASI_BADF);
    NEED(preview1_fd_close(fd) == 0 && code(preview1_fd_close(fd)) == WASI_BADF);
    NEED(code(preview1_fd_read(fd, vector(DATA, 1), OUT)) == WASI_BADF);
}

static void folders_are_no_files(void)
{
    NEED(code(preview1_fd_read(ROOT, vector(DATA, 1), OUT)) == WASI_ISDIR);
    NEED(code(preview1_fd_pwrite(ROOT, vector(DATA, 1), 0, OUT)) == WASI_ISDIR);
    NEED(code(preview1_fd_seek(ROOT, 0, SEEK_CUR, OUT)) == WASI_BADF);
    NEED(code(preview1_fd_tell(ROOT, OUT)) == WASI_BADF);
    NEED(code(preview1_fd_filestat_set_size(ROOT, 0)) == WASI_BADF);
    NEED(code(open_as(0, "file", 0, 0, 0)) == WASI_NOTDIR);
}

static void many_vectors(void)
{
    struct {
        uint32_t at, bytes;
    } vectors[WASI_VECTORS + 1];
    const uint32_t fd = opened("vectors", OPEN_CREAT | OPEN_TRUNC, READ_WRITE);
    for (uint32_t i = 0; i <= WASI_VECTORS; i++) {
        wali_base[DATA + i] = (uint8_t)i;
        vectors[i].at = DATA + i;
        vectors[i].bytes = 1;
    }
    bytes_at(ENTRIES, vectors, sizeof vectors);
    NEED(preview1_fd_write(fd, (struct wasi_list){ENTRIES, 100}, OUT) == 0 && word_at(OUT) == 100);
    NEED(preview1_fd_write(fd, (struct wasi_list){ENTRIES, WASI_VECTORS + 1}, OUT) == 0 &&
         word_at(OUT) == WASI_VECTORS);
    NEED(preview1_fd_write(fd, (struct wasi_list){ENTRIES, 0}, OUT) == 0 && word_at(OUT) == 0);
    NEED(preview1_fd_close(fd) == 0);
}

static void bad_pointers(void)
{
    const uint32_t fd = opened("file", 0, READ_WRITE);
    NEED(code(preview1_fd_read(fd, (struct wasi_list){BEYOND, 1}, OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_read(fd, (struct wasi_list){BEYOND - 4, 1}, OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_read(fd, (struct wasi_list){UINT32_MAX, UINT32_MAX}, OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_read(fd, vector(BEYOND, 3), OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_read(fd, vector(UINT32_MAX, 3), OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_write(fd, vector(BEYOND, UINT32_MAX), OUT)) == WASI_FAULT);
    NEED(preview1_fd_seek(fd, 0, SEEK_SET, OUT) == 0);
    NEED(preview1_fd_read(fd, vector(0, 3), OUT) == 0 && memcmp(wali_base, "two", 3) == 0);
    NEED(preview1_fd_tell(fd, 0) == 0 && word_at(0) == 3); /* address 0 is as good as any */
    NEED(code(preview1_fd_tell(fd, BEYOND - 4)) == WASI_FAULT);
    NEED(code(preview1_fd_fdstat_get(fd, BEYOND - 8)) == WASI_FAULT);
    NEED(code(preview1_fd_filestat_get(fd, UINT32_MAX)) == WASI_FAULT);
    const unsigned before = host_descriptors();
    NEED(code(preview1_path_open(ROOT, 0, text_at(PATH, "file"), 0, 0, 0, 0, BEYOND)) == WASI_FAULT);
    NEED(host_descriptors() == before);
    NEED(code(preview1_path_open(ROOT, 0, (struct wasi_list){BEYOND - 1, 3}, 0, 0, 0, 0, OUT)) == WASI_FAULT);
    NEED(preview1_fd_close(fd) == 0);
}

static void open_rules(void)
{
    NEED(code(open_as(ROOT, "new", OPEN_DIRECTORY | OPEN_CREAT, 0, 0)) == WASI_INVAL);
    NEED(code(open_as(ROOT, ".", OPEN_DIRECTORY, READ_WRITE, 0)) == WASI_ISDIR);
    NEED(code(open_as(ROOT, "file", OPEN_CREAT | OPEN_EXCL, 0, 0)) == WASI_EXIST);
    NEED(code(open_as(ROOT, "file", OPEN_DIRECTORY, 0, 0)) == WASI_NOTDIR);
    NEED(code(open_as(ROOT, "file/", 0, 0, 0)) == WASI_NOTDIR);
    NEED(code(open_as(ROOT, "..", 0, 0, 0)) == WASI_PERM);
    NEED(code(open_as(ROOT, "/file", 0, 0, 0)) == WASI_PERM);
    NEED(code(open_as(ROOT, "", 0, 0, 0)) == WASI_NOENT);
    NEED(code(open_as(ROOT, "dir", 0, RIGHT_FD_WRITE, 0)) == WASI_ISDIR);
    NEED(code(open_as(ROOT, "dir", 0, ALL, 0)) == WASI_ISDIR);
    uint32_t fd = opened("dir", 0, ALL & ~RIGHT_FD_WRITE); /* a folder for who wants anything else */
    NEED(fdstat(fd).type == TYPE_DIRECTORY && (fdstat(fd).base & READ_WRITE) == 0);
    NEED(preview1_fd_close(fd) == 0);
    fd = opened("file", 0, 0);
    NEED(fdstat(fd).base == 0 && fdstat(fd).inheriting == 0);
    NEED(code(preview1_fd_read(fd, vector(DATA, 1), OUT)) == WASI_BADF);
    NEED(code(preview1_fd_filestat_set_size(fd, 1)) == WASI_INVAL);
    NEED(preview1_fd_close(fd) == 0);
    NEED(symlink("file", "inside/link") == 0 && symlink("../other", "inside/out") == 0);
    NEED(code(preview1_path_open(ROOT, 0, text_at(PATH, "link"), 0, 0, 0, 0, OUT)) == WASI_LOOP);
    NEED(code(open_as(ROOT, "out/x", OPEN_CREAT, READ_WRITE, 0)) == WASI_PERM);
    NEED(preview1_fd_close(opened("link", 0, RIGHT_FD_READ)) == 0);
    fd = (uint32_t)open_as(ROOT, "file", 0, READ_WRITE, FLAG_APPEND | FLAG_SYNC);
    NEED(fdstat(fd).flags == (FLAG_APPEND | FLAG_SYNC));
    NEED(preview1_fd_fdstat_set_flags(fd, FLAG_NONBLOCK | FLAG_SYNC) == 0);
    NEED(fdstat(fd).flags == (FLAG_NONBLOCK | FLAG_SYNC));
    NEED(code(preview1_fd_fdstat_set_flags(fd, FLAG_NONBLOCK)) == WASI_INVAL);
    NEED(preview1_fd_close(fd) == 0);
}

/* What is on the host's memory is nobody's. */
static void refused_files(void)
{
    const unsigned before = host_descriptors();
    NEED(code(open_as(PROC, "self/mem", 0, RIGHT_FD_READ, 0)) == WASI_ACCES);
    NEED(code(open_as(PROC, "self/task/../mem", 0, RIGHT_FD_READ, 0)) == WASI_ACCES);
    NEED(code(open_as(PROC, "self/exe", 0, RIGHT_FD_READ, 0)) == WASI_LOOP);
    NEED(code(open_as(PROC, "self/fd/0", 0, RIGHT_FD_READ, 0)) == WASI_LOOP);
    NEED(code(open_as(PROC, "self/root/etc", 0, RIGHT_FD_READ, 0)) == WASI_LOOP);
    NEED(code(open_as(PROC, "self/cwd", 0, RIGHT_FD_READ, 0)) == WASI_LOOP);
    NEED(code(preview1_path_filestat_get(PROC, LOOKUP_SYMLINK_FOLLOW, text_at(PATH, "self/root"), DATA)) ==
         WASI_LOOP);
    NEED(host_descriptors() == before);
}

/* As a libc opens for writing below a folder that it has opened for reading: it asks for no more than
 * the folder shows. */
static void write_through_folders(uint32_t folder)
{
    const uint64_t asked = (RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE);
    const uint32_t fd =
        (uint32_t)open_as(folder, "written", OPEN_CREAT, asked & fdstat(folder).inheriting, 0);
    NEED((fdstat(folder).inheriting & RIGHT_FD_WRITE) == 0);
    write_text(fd, "text");
    NEED(preview1_fd_close(fd) == 0);
    /* But not where rights have been given up: all that were not kept. */
    const uint32_t other = opened("dir", OPEN_DIRECTORY, ALL & ~READ_WRITE);
    NEED(preview1_fd_fdstat_set_rights(other, fdstat(other).base & ~RIGHT_FD_READDIR,
                                       fdstat(other).inheriting) == 0);
    const int64_t unwritten = open_as(other, "written", 0, asked & fdstat(other).inheriting, 0);
    NEED(unwritten >= 0 && code(preview1_fd_write((uint32_t)unwritten, vector(DATA, 1), OUT)) == WASI_BADF);
    NEED(preview1_fd_close((uint32_t)unwritten) == 0 && preview1_fd_close(other) == 0);
}

static void rights(void)
{
    const uint32_t folder = opened(".", OPEN_DIRECTORY, fdstat(ROOT).base);
    struct wasi_fdstat stat = fdstat(folder);
    NEED((stat.inheriting & RIGHT_FD_WRITE) == 0); /* as who asks access(2) expects it */
    NEED(preview1_fd_close((uint32_t)open_as(folder, "file", 0, READ_WRITE, 0)) == 0);
    const uint32_t unshrunk = (uint32_t)open_as(folder, "dir", OPEN_DIRECTORY, RIGHT_FD_READDIR, 0);
    write_through_folders(unshrunk);
    NEED(preview1_fd_close(unshrunk) == 0);
    NEED(code(preview1_fd_fdstat_set_rights(folder, stat.base | RIGHT_FD_READ, stat.inheriting)) ==
         WASI_NOTCAPABLE);
    NEED(preview1_fd_close((uint32_t)open_as(folder, "file", OPEN_TRUNC, 0, 0)) == 0);
    NEED(preview1_fd_fdstat_set_rights(folder,
                                       stat.base & ~(RIGHT_PATH_FILESTAT_SET_SIZE | RIGHT_PATH_SYMLINK),
                                       stat.inheriting & ~RIGHT_FD_READ) == 0);
    NEED(code(open_as(folder, "file", OPEN_TRUNC, 0, 0)) == WASI_PERM);
    NEED(code(open_as(folder, "file", 0, RIGHT_FD_READ, 0)) == WASI_NOTCAPABLE);
    NEED(code(preview1_path_symlink(text_at(OTHER_PATH, "x"), folder, text_at(PATH, "y"))) ==
         WASI_NOTCAPABLE);
    const uint32_t below = (uint32_t)open_as(folder, "dir", OPEN_DIRECTORY, RIGHT_FD_READDIR, 0);
    NEED(code(open_as(below, "../file", 0, 0, 0)) == WASI_PERM);             /* a folder is an origin */
    NEED(code(open_as(below, ".", 0, RIGHT_FD_READ, 0)) == WASI_NOTCAPABLE); /* and has lost it, too */
    /* The right to write, which was not shown, has been given up with what was. */
    NEED(code(open_as(below, ".", 0, RIGHT_FD_WRITE, 0)) == WASI_NOTCAPABLE);
    NEED(preview1_fd_close(below) == 0 && preview1_fd_close(folder) == 0);
}

/* ---- paths ---- */

static int64_t act(int64_t (*call)(uint32_t, struct wasi_list), const char *path)
{
    return call(ROOT, text_at(PATH, path));
}

static int64_t act_on_two(int64_t (*call)(uint32_t, struct wasi_list, uint32_t, struct wasi_list),
                          const char *from, const char *to)
{
    return call(ROOT, text_at(PATH, from), ROOT, text_at(OTHER_PATH, to));
}

static int64_t make_link(const char *text, const char *path)
{
    return preview1_path_symlink(text_at(OTHER_PATH, text), ROOT, text_at(PATH, path));
}

static int64_t hard_link(const char *from, const char *to)
{
    return preview1_path_link(ROOT, 0, text_at(PATH, from), ROOT, text_at(OTHER_PATH, to));
}

static int64_t read_link(const char *path, uint32_t room)
{
    return preview1_path_readlink(ROOT, text_at(PATH, path), (struct wasi_list){DATA, room}, OUT);
}

static void make_and_remove(void)
{
    NEED(act(preview1_path_create_directory, "made") == 0 &&
         act(preview1_path_create_directory, "made/in/") == 0);
    NEED(code(act(preview1_path_create_directory, "made/")) == WASI_EXIST);
    NEED(code(act(preview1_path_create_directory, "..")) == WASI_PERM);
    NEED(code(act(preview1_path_create_directory, "out/x")) == WASI_PERM);
    NEED(code(act(preview1_path_remove_directory, "made")) == WASI_NOTEMPTY);
    NEED(code(act(preview1_path_remove_directory, "file")) == WASI_NOTDIR);
    NEED(code(act(preview1_path_remove_directory, "out/")) == WASI_NOTDIR); /* a link is no folder */
    NEED(code(act(preview1_path_unlink_file, "made")) == WASI_ISDIR);
    NEED(code(act(preview1_path_unlink_file, "made/")) == WASI_ISDIR);
    NEED(code(act(preview1_path_unlink_file, "file/")) == WASI_NOTDIR);
    NEED(code(act(preview1_path_unlink_file, "out/kept")) == WASI_PERM && access("other/kept", F_OK) == 0);
    NEED(code(act(preview1_path_unlink_file, "../other/kept")) == WASI_PERM);
    NEED(code(act(preview1_path_unlink_file, "made/../../other/kept")) == WASI_PERM);
    NEED(act(preview1_path_remove_directory, "made/in/") == 0 &&
         act(preview1_path_remove_directory, "made") == 0);
}

static void links(void)
{
    NEED(code(make_link("/etc", "made")) == WASI_PERM && code(make_link("x", "made/")) == WASI_NOENT);
    NEED(code(make_link("x", "dir/")) == WASI_EXIST && code(make_link("x", "file/")) == WASI_NOTDIR);
    NEED(make_link("file", "made") == 0 && code(make_link("file", "made")) == WASI_EXIST);
    memset(wali_base + DATA, 0, 16);
    NEED(read_link("made", 10) == 0 && word_at(OUT) == 4 && memcmp(wali_base + DATA, "file\0", 5) == 0);
    NEED(read_link("made", 2) == 0 && word_at(OUT) == 2);
    NEED(code(read_link("made/", 10)) == WASI_NOTDIR && code(read_link("dir/", 10)) == WASI_INVAL);
    NEED(code(read_link("file", 10)) == WASI_INVAL && code(read_link("out/", 10)) == WASI_PERM);
    NEED(code(hard_link("file", "hard/")) == WASI_NOENT && code(hard_link("file/", "hard")) == WASI_NOTDIR);
    NEED(code(hard_link("dir", "hard")) == WASI_PERM && code(hard_link("dir/", "hard")) == WASI_PERM);
    NEED(code(hard_link("out/", "hard")) == WASI_PERM && code(hard_link("file", "file")) == WASI_EXIST);
    NEED(code(hard_link("out/kept", "hard")) == WASI_PERM &&
         code(hard_link("file", "out/hard")) == WASI_PERM);
    NEED(code(preview1_path_link(ROOT, LOOKUP_SYMLINK_FOLLOW, text_at(PATH, "made"), ROOT,
                                 text_at(OTHER_PATH, "hard"))) == WASI_INVAL);
    NEED(hard_link("made", "hard") == 0 && read_link("hard", 10) == 0); /* of the link itself */
    NEED(act(preview1_path_unlink_file, "made") == 0 && act(preview1_path_unlink_file, "hard") == 0);
}

static void renames(void)
{
    NEED(act(preview1_path_create_directory, "from") == 0 && act(preview1_path_create_directory, "to") == 0);
    NEED(act_on_two(preview1_path_rename, "from/", "to/") == 0);
    NEED(code(act_on_two(preview1_path_rename, "from", "to")) == WASI_NOENT);
    NEED(code(act_on_two(preview1_path_rename, "file", "to")) == WASI_ISDIR);
    NEED(code(act_on_two(preview1_path_rename, "to", "file")) == WASI_NOTDIR);
    NEED(code(act_on_two(preview1_path_rename, "file/", "x")) == WASI_NOTDIR);
    NEED(code(act_on_two(preview1_path_rename, "file", "x/")) == WASI_NOTDIR);
    NEED(code(act_on_two(preview1_path_rename, "file", "../x")) == WASI_PERM);
    NEED(code(act_on_two(preview1_path_rename, "../other/kept", "x")) == WASI_PERM);
    NEED(code(act_on_two(preview1_path_rename, "out/kept", "x")) == WASI_PERM);
    NEED(code(act_on_two(preview1_path_rename, ".", "x")) == WASI_BUSY);
    NEED(preview1_path_rename(ROOT, text_at(PATH, "to"), OTHER, text_at(OTHER_PATH, "came")) == 0);
    NEED(preview1_path_remove_directory(OTHER, text_at(PATH, "came")) == 0);
}

static struct wasi_filestat stat_of(const char *path, uint32_t flags)
{
    struct wasi_filestat stat;
    NEED(preview1_path_filestat_get(ROOT, flags, text_at(PATH, path), DATA) == 0);
    memcpy(&stat, wali_base + DATA, sizeof stat);
    return stat;
}

static int64_t set_times(const char *path, uint32_t follow, uint64_t accessed, uint64_t modified,
                         uint32_t flags)
{
    return preview1_path_filestat_set_times(ROOT, follow, text_at(PATH, path), accessed, modified, flags);
}

static void stats_and_times(void)
{
    NEED(stat_of("link", 0).type == TYPE_SYMBOLIC_LINK);
    NEED(stat_of("link", LOOKUP_SYMLINK_FOLLOW).type == TYPE_REGULAR_FILE);
    NEED(stat_of("dir/../file", 0).inode == stat_of("link", LOOKUP_SYMLINK_FOLLOW).inode);
    NEED(stat_of("out", 0).type == TYPE_SYMBOLIC_LINK);
    NEED(code(preview1_path_filestat_get(ROOT, LOOKUP_SYMLINK_FOLLOW, text_at(PATH, "out"), DATA)) ==
         WASI_PERM);
    NEED(code(preview1_path_filestat_get(ROOT, 0, text_at(PATH, "out/"), DATA)) == WASI_PERM);
    NEED(code(preview1_path_filestat_get(ROOT, 0, text_at(PATH, ".."), DATA)) == WASI_PERM);
    NEED(unstable_path_filestat_get(ROOT, 0, text_at(PATH, "file"), DATA) == 0 && word_at(DATA + 20) == 1);
    const uint64_t past = UINT64_C(1000000001000000002);
    NEED(set_times("link", LOOKUP_SYMLINK_FOLLOW, past, past, SET_ATIM | SET_MTIM) == 0);
    NEED(stat_of("file", 0).modified == past && stat_of("link", 0).modified != past);
    NEED(set_times("dir/../link", 0, 0, past + 1, SET_MTIM) == 0);
    NEED(stat_of("link", 0).modified == past + 1 && stat_of("file", 0).modified == past);
    NEED(set_times("link", 0, 0, past + 2, SET_MTIM) == 0 && stat_of("link", 0).modified == past + 2);
    NEED(set_times("file", 0, 0, 0, SET_MTIM_NOW) == 0 && stat_of("file", 0).modified > past);
    NEED(stat_of("file", 0).accessed == past);
    NEED(code(set_times("file", 0, 0, 0, SET_ATIM | SET_ATIM_NOW)) == WASI_INVAL);
    NEED(code(set_times("file", 0, 0, 0, SET_MTIM | SET_MTIM_NOW)) == WASI_INVAL);
    NEED(code(set_times("out/kept", LOOKUP_SYMLINK_FOLLOW, 0, 0, SET_MTIM)) == WASI_PERM);
    NEED(code(set_times("out", LOOKUP_SYMLINK_FOLLOW, 0, 0, SET_MTIM)) == WASI_PERM);
    const uint32_t fd = opened("file", 0, 0);
    NEED(preview1_fd_filestat_set_times(fd, past, past, SET_ATIM | SET_MTIM) == 0);
    NEED(stat_of("file", 0).modified == past && preview1_fd_close(fd) == 0);
}

/* As kernels before 5.8 do. */
static void refuse_empty_paths(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_utimensat, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, AT_EMPTY_PATH, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {6, code};
    NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void times_without_empty_paths(void)
{
    int status;
    const uint64_t past = UINT64_C(900000000000000000);
    const pid_t child = fork();
    if (child == 0) {
        refuse_empty_paths();
        NEED(set_times("link", LOOKUP_SYMLINK_FOLLOW, past, past, SET_ATIM | SET_MTIM) == 0);
        NEED(stat_of("file", 0).modified == past && stat_of("link", 0).modified != past);
        NEED(set_times("dir/../link", 0, 0, past + 1, SET_MTIM) == 0);
        NEED(stat_of("link", 0).modified == past + 1 && stat_of("file", 0).modified == past);
        _Exit(0);
    }
    NEED(waitpid(child, &status, 0) == child && status == 0);
}

/* ---- folders ---- */

#define FILES 1000

/* What one call has listed: the numbers of the files, each with its cookie. */
struct listed {
    uint32_t used, count;
    int numbers[64]; /* -1 for another name */
    uint64_t next[64];
};

static struct listed list(uint32_t fd, uint64_t cookie, uint32_t room)
{
    struct listed listed = {0};
    struct wasi_dirent entry;
    NEED(preview1_fd_readdir(fd, (struct wasi_list){ENTRIES, room}, cookie, OUT) == 0);
    listed.used = word_at(OUT);
    NEED(listed.used <= room);
    for (uint32_t at = 0; at + sizeof entry <= listed.used;) {
        char name[256] = "";
        memcpy(&entry, wali_base + ENTRIES + at, sizeof entry);
        at += (uint32_t)sizeof entry;
        if (at + entry.name_length > listed.used) {
            break;
        }
        memcpy(name, wali_base + ENTRIES + at, entry.name_length);
        at += entry.name_length;
        NEED(listed.count < 64 && entry.next > cookie && entry.next < FILES * 2);
        listed.numbers[listed.count] = strncmp(name, "n", 1) == 0 ? atoi(name + 1) : -1;
        listed.next[listed.count++] = entry.next;
        NEED(entry.type == (name[0] == '.' ? TYPE_DIRECTORY : TYPE_REGULAR_FILE));
    }
    return listed;
}

/* Reads on from a cookie: which files come, each once.  cookie_of[] becomes where each is. */
static unsigned list_all(uint32_t fd, uint64_t cookie, uint32_t room, bool *seen, uint64_t *cookie_of)
{
    unsigned count = 0;
    struct listed listed;
    do {
        listed = list(fd, cookie, room);
        for (uint32_t i = 0; i < listed.count; i++) {
            if (listed.numbers[i] >= 0) {
                NEED(!seen[listed.numbers[i]]);
                seen[listed.numbers[i]] = true;
                cookie_of[listed.numbers[i]] = i == 0 ? cookie : listed.next[i - 1];
                count++;
            }
        }
        cookie = listed.count > 0 ? listed.next[listed.count - 1] : cookie;
    } while (listed.used == room);
    return count;
}

static void read_folders(void)
{
    static bool seen[FILES], again[FILES], after[FILES];
    static uint64_t cookie_of[FILES], unused[FILES];
    char path[64];
    NEED(mkdir("inside/full", 0755) == 0);
    for (int i = 0; i < FILES; i++) {
        snprintf(path, sizeof path, "inside/full/n%d", i);
        NEED(close(open(path, O_CREAT | O_WRONLY, 0644)) == 0);
    }
    const uint32_t fd = opened("full", OPEN_DIRECTORY, RIGHT_FD_READDIR);
    NEED(list_all(fd, 0, 300, seen, cookie_of) == FILES);
    /* From the middle, after files before and behind it have gone. */
    unsigned expected = 0, removed = 0;
    const uint64_t middle = cookie_of[FILES / 2];
    for (int i = 0; i < FILES; i++) {
        if (i % 3 == 0 && i != FILES / 2) {
            snprintf(path, sizeof path, "inside/full/n%d", i);
            NEED(unlink(path) == 0);
            removed++;
        } else {
            expected += cookie_of[i] >= middle;
        }
    }
    NEED(removed > 300 && list_all(fd, middle, 500, after, unused) == expected && after[FILES / 2]);
    for (int i = 0; i < FILES; i++) {
        NEED(after[i] == (cookie_of[i] >= middle && (i % 3 != 0 || i == FILES / 2)));
    }
    NEED(list_all(fd, 0, 1000, again, unused) == FILES - removed);
    /* A cookie that this descriptor has not given out is counted. */
    const uint32_t other = opened("full", OPEN_DIRECTORY, RIGHT_FD_READDIR);
    const struct listed fifth = list(other, 5, 300);
    NEED(fifth.count > 0 && fifth.next[0] == 6);
    NEED(list(other, FILES * 10, 300).used == 0);
    NEED(list(other, 0, 10).used == 10); /* not even one, but not the end */
    NEED(list(other, 0, 0).used == 0);
    NEED(code(preview1_fd_readdir(other, (struct wasi_list){BEYOND - 4, 100}, 0, OUT)) == WASI_FAULT);
    NEED(code(preview1_fd_readdir(LISTENER, (struct wasi_list){ENTRIES, 100}, 0, OUT)) == WASI_NOTDIR);
    NEED(preview1_fd_close(fd) == 0 && preview1_fd_close(other) == 0);
}

/* Positions are bounded, and what is forgotten is found again. */
static void forget_positions(void)
{
    static struct folder_positions greedy;
    struct folder_positions few = {0};
    int64_t offset;
    const uint64_t many = (UINT64_C(1) << 21) + 100;
    for (uint64_t cookie = 1; cookie <= many; cookie++) {
        NEED(folder_positions_keep(&greedy, cookie, (int64_t)cookie * 7) == 0);
    }
    NEED(greedy.room <= UINT32_C(1) << 21 && greedy.before > 0);
    NEED(folder_positions_find(&greedy, many, &offset) == many && offset == (int64_t)many * 7);
    NEED(folder_positions_find(&greedy, many * 2, &offset) == many && offset == (int64_t)many * 7);
    NEED(folder_positions_find(&greedy, greedy.before, &offset) == 0 && offset == 0);
    NEED(folder_positions_find(&greedy, greedy.before + 1, &offset) == greedy.before + 1);
    for (uint64_t cookie = 1; cookie <= 1000; cookie++) { /* another folder still has its few */
        NEED(folder_positions_keep(&few, cookie, (int64_t)cookie) == 0);
    }
    NEED(few.room == 128 && folder_positions_find(&few, 1000, &offset) == 1000 && offset == 1000);
    folder_positions_drop(&greedy);
    folder_positions_drop(&few);
    NEED(folder_positions_keep(&few, 1, 5) == 0 && folder_positions_find(&few, 9, &offset) == 1 &&
         offset == 5);
    folder_positions_drop(&few);
}

int main(void)
{
    begin_descriptors();
    begin_with();
    read_and_write();
    folders_are_no_files();
    many_vectors();
    bad_pointers();
    open_rules();
    refused_files();
    rights();
    make_and_remove();
    links();
    renames();
    stats_and_times();
    times_without_empty_paths();
    read_folders();
    forget_positions();
    puts("ok");
    return 0;
}
