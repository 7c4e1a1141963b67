/* A guest that is given the whole machine; what it begins with where standard input is not open; and
 * folders that cannot be given. */
#define _GNU_SOURCE
#include "tests/native/wasi_guest.h"
#include "wasi/_generated/preview1_handlers.h"
#include "wasi/descriptors.h"
#include "wasi/errors.h"
#include "wasi/preview1.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUT 0x40U
#define PATH 0x1000U
#define OTHER_PATH 0x3000U
#define DATA 0x6000U

static uint16_t open_code(uint32_t folder, const char *path, uint32_t oflags, uint64_t rights)
{
    const int64_t result = preview1_path_open(folder, LOOKUP_SYMLINK_FOLLOW, text_at(PATH, path), oflags,
                                              rights, UINT64_MAX, 0, OUT);
    return result < 0 ? wasi_errno(result) : wasi_errno(preview1_fd_close(word_at(OUT)));
}

static bool has_name(uint32_t fd, const char *name)
{
    const uint32_t length = (uint32_t)strlen(name);
    return preview1_fd_prestat_get(fd, OUT) == 0 && word_at(OUT + 4) == length &&
           preview1_fd_prestat_dir_name(fd, (struct wasi_list){DATA, length}) == 0 &&
           memcmp(wali_base + DATA, name, length) == 0;
}

/* The last folder that the guest knows by a name. */
static uint32_t folder_of(const char *name)
{
    uint32_t found = 0;
    for (uint32_t fd = 3; preview1_fd_prestat_get(fd, OUT) == 0; fd++) {
        found = has_name(fd, name) ? fd : found;
    }
    NEED(found != 0);
    return found;
}

static void open_anything(void)
{
    char here[PATH_MAX], path[PATH_MAX + 32];
    const uint32_t current = folder_of("."), confined = folder_of("a:b"), other_name = folder_of("/m");
    /* The root by --host, and by --dir. */
    const uint32_t roots[] = {4, folder_of("/")};
    NEED(getcwd(here, sizeof here) != NULL);
    NEED(has_name(3, ".") && has_name(4, "/") && roots[1] > current && folder_of("e") > other_name);
    snprintf(path, sizeof path, "%s/folder", here);
    NEED(symlink(path, "folder/absolute") == 0 && symlink("../..", "folder/up") == 0);
    NEED(close(open("folder/file", O_CREAT | O_WRONLY, 0644)) == 0);
    NEED(close(open("folder/\xff", O_CREAT | O_WRONLY, 0644)) == 0);
    for (size_t i = 0; i < 2; i++) {
        const uint32_t root = roots[i];
        snprintf(path, sizeof path, "%s/folder/absolute/file", here + 1);
        NEED(open_code(root, path, 0, RIGHT_FD_READ) == 0);
        snprintf(path, sizeof path, "%s/folder/absolute/../folder/file", here); /* from the root anyway */
        NEED(open_code(root, path, 0, RIGHT_FD_READ) == 0);
        NEED(open_code(root, "proc/self/mem", 0, RIGHT_FD_READ) == WASI_ACCES);
        NEED(open_code(root, "proc/self/exe", 0, RIGHT_FD_READ) == WASI_LOOP);
        NEED(open_code(root, "proc/self/fd/1", 0, RIGHT_FD_WRITE) == WASI_LOOP);
        NEED(open_code(root, "proc/self/root/proc", 0, RIGHT_FD_READ) == WASI_LOOP);
    }
    NEED(open_code(current, "folder/absolute/file", 0, RIGHT_FD_READ) == 0);
    NEED(open_code(current, "folder/up/..", OPEN_DIRECTORY, 0) == 0 &&
         open_code(current, "..", OPEN_DIRECTORY, 0) == 0);
    NEED(open_code(current, "folder/\xff", 0, RIGHT_FD_READ) == 0); /* names are bytes */
    NEED(open_code(current, "folder/a\xff/x", 0, RIGHT_FD_READ) == WASI_NOENT);
    NEED(preview1_path_symlink(text_at(PATH, "/etc"), current, text_at(OTHER_PATH, "folder/made")) == 0);
    NEED(open_code(current, "folder/made", OPEN_DIRECTORY, 0) == 0);
    NEED(preview1_path_create_directory(current, text_at(PATH, "folder/absolute/made_too/")) == 0);
    NEED(preview1_path_remove_directory(roots[0], text_at(PATH, "/")) < 0);
    /* What is opened from there is no less free, and what is given as a folder stays one. */
    NEED(preview1_path_open(current, 0, text_at(PATH, "folder"), OPEN_DIRECTORY, 0, UINT64_MAX, 0, OUT) == 0);
    NEED(open_code(word_at(OUT), "../folder/absolute/file", 0, RIGHT_FD_READ) == 0);
    NEED(open_code(confined, "absolute/file", 0, RIGHT_FD_READ) == WASI_PERM);
    NEED(open_code(confined, "../folder/file", 0, RIGHT_FD_READ) == WASI_PERM);
    NEED(open_code(confined, "up", OPEN_DIRECTORY, 0) == WASI_PERM &&
         open_code(confined, "\xff", 0, 0) == WASI_ILSEQ);
    snprintf(path, sizeof path, "%s/folder/absolute/file", here + 1);
    NEED(open_code(other_name, path, 0, RIGHT_FD_READ) == WASI_PERM);
}

static uint64_t base_rights(uint32_t fd)
{
    struct wasi_fdstat stat;
    NEED(preview1_fd_fdstat_get(fd, DATA) == 0);
    memcpy(&stat, wali_base + DATA, sizeof stat);
    return stat.base;
}

/* Number 0 is free, and 1 is something of the runtime's own. */
static void begin_without_streams(void)
{
    static const char *const folders[] = {"folder::a:b", "/", "/::/m", "c::d::e"};
    const wali_config config = {.host = 1, .dir_count = 4, .dir = folders};
    struct stat null, st;
    NEED(stat("/dev/null", &null) == 0);
    const int kept = dup(1);
    NEED(close(0) == 0 && fcntl(1, F_SETFD, FD_CLOEXEC) == 0);
    NEED(descriptors_begin(&config) == NULL);
    NEED(fstat(0, &st) == 0 && st.st_rdev == null.st_rdev); /* the host's number is not free, either */
    for (uint32_t fd = 0; fd < 2; fd++) {
        NEED(preview1_fd_filestat_get(fd, DATA) == 0);
        NEED(memcmp(wali_base + DATA, &null.st_dev, 8) == 0 &&
             memcmp(wali_base + DATA + 8, &null.st_ino, 8) == 0);
    }
    NEED((base_rights(0) & RIGHT_FD_WRITE) == 0 && (base_rights(1) & RIGHT_FD_WRITE) != 0);
    NEED(dup2(kept, 1) == 1 && close(kept) == 0);
}

/* A folder as standard input can be looked at, and no more. */
static void begin_with_a_folder(void)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        const wali_config config = {0};
        NEED(close(0) == 0 && open("folder", O_RDONLY) == 0 && descriptors_begin(&config) == NULL);
        NEED(preview1_fd_filestat_get(0, DATA) == 0);
        NEED(open_code(0, "x", OPEN_CREAT, RIGHT_FD_WRITE) == WASI_NOTDIR &&
             open_code(0, ".", 0, 0) == WASI_NOTDIR);
        NEED(wasi_errno(preview1_fd_readdir(0, (struct wasi_list){DATA, 100}, 0, OUT)) == WASI_NOTDIR);
        NEED(wasi_errno(preview1_fd_prestat_get(3, OUT)) == WASI_BADF);
        _Exit(0);
    }
    NEED(waitpid(child, &status, 0) == child && status == 0);
}

static void refuse_a_folder(const char *folder, const char *said)
{
    int status;
    const pid_t child = fork();
    if (child == 0) {
        const wali_config config = {.dir_count = 1, .dir = &folder};
        const char *const line = descriptors_begin(&config);
        _Exit(line == NULL || strcmp(line, said) != 0);
    }
    NEED(waitpid(child, &status, 0) == child && status == 0);
}

int main(void)
{
    static char long_path[PATH_MAX + 8], said[PATH_MAX + 256];
    guest_begin();
    NEED(mkdir("folder", 0755) == 0 && mkdir("c::d", 0755) == 0 &&
         close(open("file", O_CREAT | O_WRONLY, 0644)) == 0);
    refuse_a_folder("none::/", "--dir none::/: No such file or directory");
    refuse_a_folder("file", "--dir file: Not a directory");
    refuse_a_folder("", "--dir : No such file or directory");
    memset(long_path, 'x', PATH_MAX);
    snprintf(said, sizeof said, "--dir %s: File name too long", long_path);
    refuse_a_folder(long_path, said);
    begin_with_a_folder();
    begin_without_streams();
    open_anything();
    puts("ok");
    return 0;
}
