/* CALLS: execve */
#include "check.h"
#include "child.h"

#include <limits.h>

static char *argv[] = {"name", NULL}, *envp[] = {NULL};

static void make_script(const char *name, const char *text, mode_t mode)
{
    close(make_file(name, text));
    OK(chmod(name, mode));
}

/* The beginning of this program under another name. */
static void copy_self(const char *name, mode_t mode)
{
    static char bytes[1 << 16];
    int from = open(own_path(), O_RDONLY), to = open(name, O_WRONLY | O_CREAT, 0700);
    ssize_t n;
    while ((n = read(from, bytes, sizeof bytes)) > 0) {
        (void)!write(to, bytes, (size_t)n);
    }
    close(from);
    close(to);
    OK(chmod(name, mode));
}

int main(void)
{
    ERR(execve("missing", argv, envp), ENOENT);
    ERR(execve("", argv, envp), ENOENT);
    ERR(execve(bad_pointer(), argv, envp), EFAULT);
    make_script("file", "text", 0644);
    ERR(execve("file", argv, envp), EACCES);
    ERR(execve("file/x", argv, envp), ENOTDIR);
    ERR(execve(".", argv, envp), EACCES);
    ERR(execve("/dev/null", argv, envp), EACCES);
    OK(mkfifo("fifo", 0777));
    ERR(execve("fifo", argv, envp), EACCES);
    OK(symlink("loop", "loop"));
    ERR(execve("loop", argv, envp), ELOOP);
    char *name = long_name(PATH_MAX);
    ERR(execve(name, argv, envp), ENAMETOOLONG);
    name[300] = 0;
    ERR(execve(name, argv, envp), ENAMETOOLONG);

    make_script("text", "just text\n", 0755);
    ERR(execve("text", argv, envp), ENOEXEC);
    make_script("empty", "", 0755);
    ERR(execve("empty", argv, envp), ENOEXEC);
    make_script("nothing", "#!\n", 0755);
    ERR(execve("nothing", argv, envp), ENOEXEC);
    make_script("blanks", "#! \t \n", 0755);
    ERR(execve("blanks", argv, envp), ENOEXEC);
    make_script("gone", "#!/missing/interpreter\n", 0755);
    ERR(execve("gone", argv, envp), ENOENT);
    make_script("folder", "#!/tmp\n", 0755);
    ERR(execve("folder", argv, envp), EACCES);
    make_script("itself", "#!itself\n", 0755);
    ERR(execve("./itself", argv, envp), ELOOP);

    /* This program itself, but not executable, or being written. */
    copy_self("copy", 0644);
    ERR(execve("copy", argv, envp), EACCES);
    OK(chmod("copy", 0755));
    int fd = open("copy", O_WRONLY | O_APPEND);
    ERR(execve("copy", argv, envp), ETXTBSY);
    OK(close(fd));

    /* Vectors: looked at when the file is well. */
    ERR(execve("missing", bad_pointer(), envp), ENOENT);
    ERR(execve("copy", bad_pointer(), envp), EFAULT);
    ERR(execve("copy", argv, bad_pointer()), EFAULT);
    char *bad[] = {"name", bad_pointer(), NULL};
    ERR(execve("copy", bad, envp), EFAULT);
    ERR(execve("/bin/sh", bad, envp), EFAULT);

    /* As an ordinary user. */
    OK(mkdir("closed", 0755));
    copy_self("closed/copy", 0755);
    OK(chmod("closed", 0600));
    become_ordinary_user();
    ERR(execve("closed/copy", argv, envp), EACCES);
    return done();
}
