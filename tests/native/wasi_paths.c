/* Paths that try to leave a folder: by openat2(2), and by the walk that takes its place, which has to
 * give the same answers. */
#define _GNU_SOURCE
#include "tests/native/wasi_guest.h"
#include "wali/native/base/kernel.h"
#include "wasi/errors.h"
#include "wasi/paths.h"
#include "wasi/walk.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {
    ".",      "..",       "dir",   "deep",   "file",    "missing", "in",   "out",   "absolute", "up",
    "itself", "dangling", "slash", "around", "to_file", "closed",  "fifo", "chain", "longer",
};
#define NAMES (sizeof names / sizeof names[0])
#define FEW_LINKS (NAMES - 2) /* without the chains */

static const uint64_t ways[] = {
    O_PATH,
    O_PATH | O_NOFOLLOW,
    O_PATH | O_DIRECTORY,
    O_RDONLY | O_NONBLOCK,
    O_RDONLY | O_NONBLOCK | O_NOFOLLOW,
    O_RDONLY | O_DIRECTORY,
    O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
    O_RDWR | O_NONBLOCK,
    O_RDONLY | O_TRUNC | O_NONBLOCK,
    O_RDWR | O_CREAT | O_NONBLOCK,
    O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW,
    O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK,
};
#define WAYS (sizeof ways / sizeof ways[0])

static unsigned compared;
static bool has_openat2;

static void make_folders(const char *folder, bool links)
{
    char at[64];
    static const char *const targets[][2] = {
        {"in", "dir"},     {"out", "../outside"},        {"absolute", "/etc"},
        {"up", ".."},      {"itself", "itself"},         {"dangling", "missing"},
        {"slash", "dir/"}, {"around", "dir/.."},         {"chain", "l4"},
        {"longer", "l45"}, {"to_file", "dir/./../file"},
    };
    NEED(mkdir(folder, 0755) == 0 && chdir(folder) == 0);
    NEED(close(open("file", O_CREAT | O_WRONLY, 0644)) == 0 && mkfifo("fifo", 0600) == 0);
    NEED(mkdir("dir", 0755) == 0 && mkdir("deep", 0755) == 0 && mkdir("closed", 0000) == 0);
    for (size_t i = 0; links && i < sizeof targets / sizeof targets[0]; i++) {
        NEED(symlink(targets[i][1], targets[i][0]) == 0);
    }
    /* A chain of links: the kernel follows 40, but may begin anew in the middle of a path, and count
     * those before twice.  So one is far below, and one far above. */
    for (int i = 1; links && i <= 45; i++) {
        char from[16];
        snprintf(from, sizeof from, "l%d", i);
        snprintf(at, sizeof at, i == 1 ? "dir" : "l%d", i - 1);
        NEED(symlink(at, from) == 0);
    }
}

static void make_tree(void)
{
    make_folders("outside", true);
    NEED(chdir("..") == 0);
    make_folders("inside", true);
    NEED(chdir("dir") == 0);
    make_folders("dir", true);
    NEED(chdir("../../deep") == 0);
    make_folders("deep", true);
    NEED(chdir("../../..") == 0);
}

static void remove_made(const char *folder)
{
    static const char *const folders[] = {"", "dir/", "deep/", "dir/dir/", "deep/deep/"};
    char path[4200];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s/%smissing", folder, folders[i]);
        unlink(path);
    }
}

static int64_t open_by_kernel(const struct path_origin *origin, const char *path, uint64_t flags)
{
    const struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = (flags & O_CREAT) != 0 ? 0600 : 0,
        .resolve = RESOLVE_NO_MAGICLINKS | (origin->confined ? RESOLVE_BENEATH : 0),
    };
    int64_t result;
    do {
        result = syscall(SYS_openat2, origin->folder, path, &how, sizeof how);
    } while (result < 0 && errno == EAGAIN);
    return result < 0 ? -errno : result;
}

/* Where a descriptor leads, and its flags. */
static void describe(int64_t fd, char *text, size_t size)
{
    char link[40], path[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", (int)fd);
    const ssize_t length = fd < 0 ? 0 : readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    snprintf(text, size, "%d %x %s", fd < 0 ? (int)fd : 0,
             fd < 0 ? 0 : (unsigned)fcntl((int)fd, F_GETFL) & ~(unsigned)(O_NOFOLLOW | O_DIRECTORY), path);
}

static void close_opened(int64_t fd)
{
    if (fd >= 0) {
        close((int)fd);
    }
}

static void compare(const struct path_origin *origin, const char *path, uint64_t flags)
{
    char by_kernel[4200], by_walk[4200];
    const int64_t one = open_by_kernel(origin, path, flags);
    describe(one, by_kernel, sizeof by_kernel);
    close_opened(one);
    if ((flags & O_CREAT) != 0) {
        remove_made("inside");
        remove_made("outside");
    }
    const int64_t other = walk_open(origin, path, flags, 0600);
    describe(other, by_walk, sizeof by_walk);
    close_opened(other);
    if ((flags & O_CREAT) != 0) {
        remove_made("inside");
        remove_made("outside");
    }
    compared++;
    if (strcmp(by_kernel, by_walk) != 0) {
        printf("%s, flags %lo, %s: by the kernel %s, by the walk %s\n", path, (unsigned long)flags,
               origin->confined ? "confined" : "free", by_kernel, by_walk);
        fflush(stdout);
        _Exit(1);
    }
}

/* Outside a confined folder nothing is made or emptied. */
static bool is_for(const struct path_origin *origin, uint64_t flags)
{
    return origin->confined || (flags & (O_CREAT | O_TRUNC)) == 0;
}

static void compare_all_ways(const struct path_origin *origin, const char *path)
{
    char with_slash[8192];
    snprintf(with_slash, sizeof with_slash, "%s//", path);
    for (size_t i = 0; i < WAYS; i++) {
        if (is_for(origin, ways[i])) {
            compare(origin, path, ways[i]);
            compare(origin, with_slash, ways[i]);
        }
    }
}

static void compare_short_paths(const struct path_origin *origin)
{
    char path[64];
    for (size_t i = 0; i < NAMES; i++) {
        compare_all_ways(origin, names[i]);
        for (size_t k = 0; k < NAMES; k++) {
            snprintf(path, sizeof path, "%s/%s", names[i], names[k]);
            compare_all_ways(origin, path);
        }
    }
}

/* Of three to six components. */
static void compare_random_paths(const struct path_origin *origin, unsigned count)
{
    char path[128];
    uint64_t state = 88172645463325252U;
    for (unsigned i = 0; i < count; i++) {
        path[0] = '\0';
        for (unsigned k = 0; k < 3 + i % 4; k++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            strcat(path, k == 0 ? "" : state % 7 == 0 ? "//" : "/");
            strcat(path, names[(state >> 32) % FEW_LINKS]);
        }
        if (is_for(origin, ways[i % WAYS])) {
            compare(origin, path, ways[i % WAYS]);
        }
    }
}

static void compare_strange_paths(const struct path_origin *origin)
{
    static const char *const paths[] = {"",    "/",       "//", "/etc", "\xff", "dir/\xff\xfe",
                                        "...", "dir/...", ". ."};
    char path[8192];
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        compare(origin, paths[i], O_PATH);
    }
    for (size_t length = 4092; length < 4100; length++) { /* about PATH_MAX */
        memset(path, '/', length);
        memcpy(path, "dir", 3);
        path[length] = '\0';
        compare(origin, path, O_PATH);
    }
    for (size_t length = 254; length < 258; length++) { /* about NAME_MAX */
        memset(path, 'x', length);
        path[length] = '\0';
        compare(origin, path, O_PATH);
        strcat(path, "/file");
        compare(origin, path, O_PATH);
    }
}

/* Through 1200 folders, and up again. */
static void compare_deep_paths(const struct path_origin *origin)
{
    static const unsigned depth = 1200;
    char path[8192] = "";
    int at = openat(origin->folder, "deep", O_PATH);
    for (unsigned i = 0; i < depth; i++) {
        NEED(mkdirat(at, "d", 0755) == 0);
        const int next = openat(at, "d", O_PATH);
        NEED(next >= 0);
        close(at);
        at = next;
    }
    close(at);
    strcpy(path, "deep");
    for (unsigned i = 0; i < depth; i++) {
        strcat(path, "/d");
    }
    compare(origin, path, O_PATH);
    for (unsigned up = 0; up < 500; up++) {
        strcat(path, "/..");
    }
    compare(origin, path, O_PATH);
    strcpy(path, "deep/..");
    for (unsigned i = 0; i < 500; i++) {
        strcat(path, "/deep/..");
    }
    compare(origin, path, O_PATH);
    strcat(path, "/..");
    compare(origin, path, O_PATH);
}

static void follow_as_far_as_the_kernel(void)
{
    const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
    const int64_t fd = walk_open(&origin, "l40", O_RDONLY, 0);
    NEED(fd >= 0 && close((int)fd) == 0);
    NEED(walk_open(&origin, "l41", O_RDONLY, 0) == -ELOOP);
    close(origin.folder);
}

/* What removes the test's folder does not go so deep. */
static void remove_deep_folders(void)
{
    NEED(chdir("inside/deep") == 0);
    while (chdir("d") == 0) {
    }
    do {
        NEED(chdir("..") == 0);
    } while (rmdir("d") == 0);
    NEED(chdir("..") == 0); /* from what holds "deep" */
}

static void compare_on_proc(bool confined)
{
    static const char *const paths[] = {
        "self",      "self/exe",    "self/root",      "self/root/etc", "self/cwd/..",
        "self/fd/0", "mounts",      "self/../mounts", "thread-self",   "self/fd/../stat",
        "net",       "self/ns/mnt", "self/cwd/",
    };
    const struct path_origin proc = {open("/proc", O_PATH | O_DIRECTORY), confined};
    NEED(proc.folder >= 0);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        compare(&proc, paths[i], O_PATH);
        compare(&proc, paths[i], O_PATH | O_NOFOLLOW);
    }
    close(proc.folder);
}

static void compare_everything(void)
{
    for (int confined = 0; confined <= 1; confined++) {
        const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), confined};
        NEED(origin.folder >= 0);
        compare_short_paths(&origin);
        compare_random_paths(&origin, 20000);
        compare_strange_paths(&origin);
        compare_on_proc(confined);
        close(origin.folder);
    }
}

/* As somebody who may not search "closed". */
static void compare_as_nobody(void)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0) {
            NEED(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
        }
        const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
        if (origin.folder >= 0) { /* else nobody may come so far */
            compare_short_paths(&origin);
        }
        _Exit(0);
    }
    NEED(waitpid(child, &status, 0) == child && status == 0);
}

/* For what removes the test's folder. */
static void open_closed(void)
{
    static const char *const folders[] = {"outside", "inside", "inside/dir/dir", "inside/deep/deep"};
    char path[64];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s/closed", folders[i]);
        NEED(chmod(path, 0755) == 0);
    }
}

/* ---- what others do meanwhile ---- */

static atomic_bool stop;

/* "moved" is in the folder, or outside, where a step up would lead to what is not the guest's. */
static void *move_out_and_in(void *unused)
{
    while (!stop) {
        NEED(rename("inside/dir/moved", "outside/moved") == 0);
        NEED(rename("outside/moved", "inside/dir/moved") == 0);
    }
    return unused;
}

/* "turning" is a folder, or a link to outside. */
static void *turn(void *unused)
{
    while (!stop) {
        NEED(syscall(SYS_renameat2, AT_FDCWD, "inside/turning", AT_FDCWD, "inside/other", 2 /* exchange */) ==
             0);
    }
    return unused;
}

static void need_never_outside(const char *path, void *(*others)(void *))
{
    const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
    struct stat secret, st;
    pthread_t thread;
    NEED(stat("outside/secret", &secret) == 0);
    stop = false;
    NEED(pthread_create(&thread, NULL, others, NULL) == 0);
    for (int i = 0; i < 20000; i++) {
        const int64_t fd =
            (i & 1) != 0 ? walk_open(&origin, path, O_RDONLY, 0) : path_open_from(&origin, path, O_RDONLY, 0);
        if (fd >= 0) {
            NEED(fstat((int)fd, &st) == 0 && st.st_ino != secret.st_ino);
            close((int)fd);
        }
    }
    stop = true;
    NEED(pthread_join(thread, NULL) == 0);
    /* What is turned may be left as the link. */
    const int64_t fd = path_open_from(&origin, path, O_RDONLY, 0);
    NEED(fd >= 0 || fd == WASI_ERROR(WASI_PERM));
    close_opened(fd);
    close(origin.folder);
}

static void race(void)
{
    NEED(close(open("outside/secret", O_CREAT | O_WRONLY, 0600)) == 0);
    NEED(mkdir("inside/dir/moved", 0755) == 0);
    NEED(close(open("inside/dir/secret", O_CREAT | O_WRONLY, 0600)) == 0);
    need_never_outside("dir/moved/../secret", move_out_and_in);
    NEED(mkdir("inside/turning", 0755) == 0 && symlink("../outside", "inside/other") == 0);
    NEED(close(open("inside/turning/secret", O_CREAT | O_WRONLY, 0600)) == 0);
    need_never_outside("turning/secret", turn);
}

/* ---- where openat2(2) is refused ---- */

static void refuse_openat2(uint32_t number)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {4, code};
    NEED(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void open_as_usual(void)
{
    const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
    int64_t fd = path_open_from(&origin, "in/../to_file", O_RDONLY, 0);
    NEED(fd >= 0 && close((int)fd) == 0);
    NEED(path_open_from(&origin, "out/file", O_RDONLY, 0) == WASI_ERROR(WASI_PERM));
    NEED(path_open_from(&origin, "in/../../outside/file", O_RDONLY, 0) == WASI_ERROR(WASI_PERM));
    NEED(path_open_from(&origin, "absolute", O_RDONLY, 0) == WASI_ERROR(WASI_PERM));
    NEED(path_open_from(&origin, "missing", O_RDONLY, 0) == -ENOENT);
    fd = path_open_from(&origin, "dangling", O_RDWR | O_CREAT, 0600);
    NEED(fd >= 0 && close((int)fd) == 0 && unlink("inside/missing") == 0);
    close(origin.folder);
}

static void open_without_openat2(uint32_t number)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        refuse_openat2(number);
        open_as_usual();
        _Exit(0);
    }
    NEED(waitpid(child, &status, 0) == child && status == 0);
}

/* ---- texts and places ---- */

static void copy_texts(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        int64_t confined, free;
    } texts[] = {
        {"file", 4, 0, 0},
        {"", 0, -ENOENT, -ENOENT},
        {"a\0b", 3, -EINVAL, -EINVAL},
        {"a\0", 2, -EINVAL, -EINVAL},
        {"/etc", 4, -EPERM, 0},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 0, 0},
        {"\xff", 1, -EILSEQ, 0},
        {"\xc3", 1, -EILSEQ, 0},
        {"\xc0\xaf", 2, -EILSEQ, 0},         /* a slash, written too long */
        {"\xed\xa0\x80", 3, -EILSEQ, 0},     /* half of a pair */
        {"\xf4\x90\x80\x80", 4, -EILSEQ, 0}, /* beyond the last character */
        {"\xe2\x28\xa1", 3, -EILSEQ, 0},
        {"a\x80", 2, -EILSEQ, 0},
    };
    static char long_text[PATH_MAX];
    char to[PATH_MAX];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (uint32_t at = 0; at < 2; at++) { /* address 0 is as good as any */
            const struct wasi_list list = bytes_at(at, texts[i].bytes, texts[i].length);
            NEED(path_copy_in(to, list, true) == texts[i].confined);
            NEED(path_copy_in(to, list, false) == texts[i].free);
        }
    }
    memset(long_text, 'x', sizeof long_text);
    NEED(path_copy_in(to, bytes_at(0, long_text, PATH_MAX - 1), true) == 0 && strlen(to) == PATH_MAX - 1);
    NEED(path_copy_in(to, bytes_at(0, long_text, PATH_MAX), true) == -ENAMETOOLONG);
    NEED(path_copy_in(to, (struct wasi_list){0, UINT32_MAX}, true) == -ENAMETOOLONG);
    NEED(path_copy_in(to, (struct wasi_list){GUEST_BYTES - 1, 2}, true) == -EFAULT);
    NEED(path_copy_in(to, (struct wasi_list){UINT32_MAX, 2}, true) == -EFAULT);
}

static void find_places(void)
{
    static const struct {
        const char *path, *name;
        int64_t result;
    } cases[] = {
        {"missing", "missing", 0},
        {"dir/missing", "missing", 0},
        {"dir//missing//", "missing//", 0},
        {"missing/", "missing/", 0},
        {".", ".", 0},
        {"dir/..", ".", 0},
        {"dir/.", ".", 0},
        {"dir/../", ".", 0},
        {"..", "", WASI_ERROR(WASI_PERM)},
        {"out/x", "", WASI_ERROR(WASI_PERM)},
        {"file/x", "", -ENOTDIR},
        {"missing/x", "", -ENOENT},
        {"up/x", "", WASI_ERROR(WASI_PERM)},
    };
    const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
    const struct path_origin machine = {origin.folder, false};
    struct path_place place;
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        strcpy(path, cases[i].path);
        NEED(path_place_find(&place, &origin, path) == cases[i].result);
        if (cases[i].result == 0) {
            NEED(strcmp(place.name, cases[i].name) == 0);
            path_place_leave(&place);
        }
    }
    static const char *const absolute[][2] = {{"/", "."}, {"///", "."}, {"/etc", "etc"}, {"/etc/x", "x"}};
    for (size_t i = 0; i < 4; i++) {
        strcpy(path, absolute[i][0]);
        NEED(path_place_find(&place, &machine, path) == 0 && strcmp(place.name, absolute[i][1]) == 0);
        path_place_leave(&place);
    }
    close(origin.folder);
}

int main(void)
{
    guest_begin();
    copy_texts();
    make_tree();
    find_places();
    follow_as_far_as_the_kernel();
    open_as_usual();
    open_without_openat2(ENOSYS);
    open_without_openat2(EPERM);
    const int64_t fd = open_by_kernel(&(struct path_origin){AT_FDCWD, false}, "/", O_PATH);
    has_openat2 = fd >= 0;
    close_opened(fd);
    if (has_openat2) {
        compare_everything();
        compare_as_nobody();
        const struct path_origin origin = {open("inside", O_PATH | O_DIRECTORY), true};
        compare_deep_paths(&origin);
        remove_deep_folders();
        NEED(compared > 10000);
    }
    open_closed();
    race();
    puts("ok");
    return 0;
}
