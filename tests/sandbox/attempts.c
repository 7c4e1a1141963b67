/* What a hostile guest tries: attempts NAME [ARGUMENT]; or each of several in a process of its own: attempts each
 * NAME ARGUMENT NAME ARGUMENT ...  Prints for each "done", or the name of the error.  The same program runs
 * natively, as wasm, and as a native child of the sandboxed wasm program: attempts child PROGRAM NAME ... */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *name_of(int error)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{EPERM, "EPERM"},
                 {ENOENT, "ENOENT"},
                 {EACCES, "EACCES"},
                 {EROFS, "EROFS"},
                 {ENETUNREACH, "ENETUNREACH"},
                 {ECONNREFUSED, "ECONNREFUSED"},
                 {EOPNOTSUPP, "EOPNOTSUPP"},
                 {ENOSYS, "ENOSYS"},
                 {ESRCH, "ESRCH"},
                 {EINVAL, "EINVAL"},
                 {ENOTTY, "ENOTTY"},
                 {EAGAIN, "EAGAIN"},
                 {EMFILE, "EMFILE"},
                 {ENOMEM, "ENOMEM"},
                 {EXDEV, "EXDEV"},
                 {ENODEV, "ENODEV"},
                 {EAFNOSUPPORT, "EAFNOSUPPORT"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].number == error) {
            return names[i].name;
        }
    }
    return strerror(error);
}

static int closed(int fd)
{
    return fd < 0 ? -1 : close(fd);
}

static int read_file(const char *path)
{
    return closed(open(path, O_RDONLY));
}

static int list(const char *path)
{
    DIR *folder = opendir(path);
    return folder == NULL ? -1 : closedir(folder);
}

static int write_file(const char *path)
{
    return closed(open(path, O_WRONLY));
}

static int create(const char *path)
{
    return closed(open(path, O_WRONLY | O_CREAT | O_EXCL, 0644));
}

static int change_mode(const char *path)
{
    return chmod(path, 0600);
}

static int look(const char *path)
{
    struct stat s;
    return stat(path, &s);
}

static int set_flags(const char *path) /* FS_IOC_SETFLAGS, of a file that is open to be read: NODUMP */
{
    const int fd = open(path, O_RDONLY);
    int flags = 0x40;
    return fd < 0 ? -1 : ioctl(fd, 0x40086602, &flags);
}

static struct sockaddr_in loopback(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int reach(int type, int protocol, const char *port)
{
    const struct sockaddr_in to = loopback(port);
    const int fd = socket(AF_INET, type, protocol);
    return fd < 0 ? -1 : connect(fd, (const struct sockaddr *)&to, sizeof to);
}

static int tcp(const char *port)
{
    return reach(SOCK_STREAM, 0, port);
}

static int mptcp(const char *port)
{
    return reach(SOCK_STREAM, 262, port);
}

static int fast_open(const char *port)
{
    const struct sockaddr_in to = loopback(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? -1 : (int)sendto(fd, "x", 1, 0x20000000, (const struct sockaddr *)&to, sizeof to);
}

static int serve(const char *port)
{
    const struct sockaddr_in at = loopback(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd < 0 ? -1 : bind(fd, (const struct sockaddr *)&at, sizeof at);
}

static int udp(const char *port)
{
    const struct sockaddr_in to = loopback(port);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    return fd < 0 ? -1 : (int)sendto(fd, "x", 1, 0, (const struct sockaddr *)&to, sizeof to);
}

static int packet(const char *unused)
{
    (void)unused;
    return closed(socket(AF_PACKET, SOCK_RAW, 0));
}

static int raw(const char *unused)
{
    (void)unused;
    return closed(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
}

static int vsock(const char *unused)
{
    (void)unused;
    return closed(socket(AF_VSOCK, SOCK_STREAM, 0));
}

static int local(int fd, const char *name, int first)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path + first, name, sizeof to.sun_path - 2);
    return fd < 0 ? -1
                  : connect(fd, (const struct sockaddr *)&to,
                            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)first + strlen(name)));
}

static int abstract(const char *name)
{
    return local(socket(AF_UNIX, SOCK_STREAM, 0), name, 1);
}

static int socket_file(const char *path)
{
    return local(socket(AF_UNIX, SOCK_STREAM, 0), path, 0);
}

static int datagram_file(const char *path) /* a pair's end can be connected anew */
{
    int pair[2];
    return socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0 ? -1 : local(pair[0], path, 0);
}

static int raw_pair_file(const char *path) /* a raw socket of this family is one of datagrams */
{
    int pair[2];
    return socketpair(AF_UNIX, SOCK_RAW, 0, pair) < 0 ? -1 : local(pair[0], path, 0);
}

static int signal_it(const char *pid)
{
    return kill(atoi(pid), 0);
}

static int limit_it(const char *pid)
{
    struct rlimit limit;
    return prlimit(atoi(pid), RLIMIT_CORE, NULL, &limit) < 0 ? -1
                                                             : prlimit(atoi(pid), RLIMIT_CORE, &limit, NULL);
}

static int mount_it(const char *path)
{
    return mount("none", path, "tmpfs", 0, NULL);
}

static int new_users(const char *unused)
{
    (void)unused;
    return unshare(CLONE_NEWUSER);
}

static int child_of_new_users(const char *unused)
{
    (void)unused;
    const long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid < 0 ? -1 : (int)waitpid((pid_t)pid, NULL, 0) * 0;
}

static int trace_it(const char *pid)
{
    return (int)syscall(SYS_ptrace, 0x4206, atoi(pid), 0, 0); /* PTRACE_SEIZE */
}

static int key(const char *unused)
{
    (void)unused;
    return (int)syscall(SYS_keyctl, 0, -3, 1, 0, 0) < 0 ? -1 : 0; /* the session's keyring */
}

static int ring(const char *unused)
{
    (void)unused;
    char parameters[120] = {0};
    return closed((int)syscall(425, 1, parameters)); /* io_uring_setup */
}

static int type_it(const char *unused) /* into the terminal, which then reads it as a command */
{
    (void)unused;
    return ioctl(0, TIOCSTI, "x");
}

static int shared(const char *number)
{
    return shmget((key_t)atoi(number), 1, 0600);
}

static int execute(const char *path)
{
    return execl(path, path, (char *)NULL);
}

static int forks(const char *count)
{
    for (int i = 0; i < atoi(count); i++) {
        const pid_t pid = fork();
        if (pid == 0) {
            pause();
        }
        if (pid < 0) {
            const int error = errno;
            signal(SIGTERM, SIG_IGN);
            kill(0, SIGTERM);
            errno = error;
            return -1;
        }
    }
    signal(SIGTERM, SIG_IGN);
    return kill(0, SIGTERM);
}

static int opens(const char *count)
{
    for (int i = 0; i < atoi(count); i++) {
        if (dup(0) < 0) {
            return -1;
        }
    }
    return 0;
}

static int memory(const char *megabytes)
{
    const size_t size = (size_t)atoi(megabytes) << 20;
    char *taken = malloc(size);
    if (taken != NULL) {
        memset(taken, 1, size);
    }
    return taken == NULL ? -1 : 0;
}

static int spin(const char *unused)
{
    (void)unused;
    for (volatile unsigned i = 1; i != 0;) {
    }
    return 0;
}

static int who(const char *unused)
{
    (void)unused;
    printf("%d %d ", (int)getuid(), (int)getgid());
    return 0;
}

static int attempt(const char *name, const char *argument)
{
    static const struct {
        const char *name;
        int (*attempt)(const char *);
    } attempts[] = {{"read", read_file},
                    {"list", list},
                    {"write", write_file},
                    {"create", create},
                    {"chmod", change_mode},
                    {"stat", look},
                    {"unlink", unlink},
                    {"flags", set_flags},
                    {"tcp", tcp},
                    {"mptcp", mptcp},
                    {"fast-open", fast_open},
                    {"serve", serve},
                    {"udp", udp},
                    {"packet", packet},
                    {"raw", raw},
                    {"vsock", vsock},
                    {"abstract", abstract},
                    {"socket-file", socket_file},
                    {"datagram-file", datagram_file},
                    {"raw-pair-file", raw_pair_file},
                    {"kill", signal_it},
                    {"limit", limit_it},
                    {"mount", mount_it},
                    {"unshare", new_users},
                    {"clone", child_of_new_users},
                    {"ptrace", trace_it},
                    {"key", key},
                    {"ring", ring},
                    {"type", type_it},
                    {"shared", shared},
                    {"exec", execute},
                    {"forks", forks},
                    {"opens", opens},
                    {"memory", memory},
                    {"spin", spin},
                    {"who", who}};
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        if (strcmp(name, attempts[i].name) == 0) {
            errno = 0;
            puts(attempts[i].attempt(argument) < 0 ? name_of(errno) : "done");
            fflush(stdout);
            return 0;
        }
    }
    return 2;
}

int main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "child") == 0) {
        execv(argv[2], argv + 2);
        printf("no child: %s\n", name_of(errno));
        return 1;
    }
    if (argc > 1 && strcmp(argv[1], "each") == 0) {
        for (int i = 2; i + 1 < argc; i += 2) {
            const pid_t pid = fork();
            if (pid == 0) {
                _exit(attempt(argv[i], argv[i + 1]));
            }
            if (pid < 0 || waitpid(pid, NULL, 0) < 0) {
                return 3;
            }
        }
        return 0;
    }
    return argc > 1 ? attempt(argv[1], argc > 2 ? argv[2] : "") : 2;
}
