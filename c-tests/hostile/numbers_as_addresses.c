/* CALLS: ioctl */
/* Requests whose argument is a number, though they are encoded as if it were an address, made to a file that
 * the guest itself serves: FUSE takes the number for an address, and copies bytes from there or to there. */
#include "check.h"

#include <linux/fuse.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { FILE_NODE = 2, FAR = 0x10000000 };

static _Alignas(8) char request[1 << 17];

static void reply(int fd, const struct fuse_in_header *to, int error, const void *data, size_t size)
{
    static _Alignas(8) char bytes[4096];
    struct fuse_out_header head = {
        .len = (uint32_t)(sizeof head + size), .error = error, .unique = to->unique};
    memcpy(bytes, &head, sizeof head);
    memcpy(bytes + sizeof head, data, size);
    if (write(fd, bytes, head.len) < 0) {
        _exit(1);
    }
}

static struct fuse_attr attributes(uint64_t node)
{
    return (struct fuse_attr){
        .ino = node, .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0666, .nlink = 1};
}

/* One file, which answers every request with four bytes. */
static void serve(int fd)
{
    const struct fuse_in_header *head = (void *)request;
    while (read(fd, request, sizeof request) > 0) {
        switch (head->opcode) {
        case FUSE_INIT: {
            struct fuse_init_out out = {.major = 7, .minor = 31, .max_write = 4096};
            reply(fd, head, 0, &out, sizeof out);
            break;
        }
        case FUSE_LOOKUP: {
            struct fuse_entry_out out = {.nodeid = FILE_NODE, .attr = attributes(FILE_NODE)};
            reply(fd, head, 0, &out, sizeof out);
            break;
        }
        case FUSE_GETATTR: {
            struct fuse_attr_out out = {.attr = attributes(head->nodeid)};
            reply(fd, head, 0, &out, sizeof out);
            break;
        }
        case FUSE_OPEN: {
            struct fuse_open_out out = {0};
            reply(fd, head, 0, &out, sizeof out);
            break;
        }
        case FUSE_IOCTL: {
            struct {
                struct fuse_ioctl_out out;
                uint32_t word;
            } out = {.word = 0x41414141};
            reply(fd, head, 0, &out,
                  ((const struct fuse_ioctl_in *)(head + 1))->out_size >= 4 ? sizeof out : 16);
            break;
        }
        case FUSE_FLUSH:
        case FUSE_RELEASE:
            reply(fd, head, 0, NULL, 0);
            break;
        default:
            if (head->opcode != FUSE_FORGET && head->opcode != FUSE_INTERRUPT) {
                reply(fd, head, -ENOSYS, NULL, 0);
            }
            break;
        }
    }
    _exit(0);
}

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd >= 0) {
        (void)!write(fd, text, strlen(text));
        close(fd);
    }
}

/* A file of our own, or -1 where this machine has no FUSE for everybody. */
static int served_file(pid_t *server)
{
    char map[40], options[100];
    const int user = (int)getuid(), group = (int)getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
        return -1;
    }
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %d 1", user);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %d 1", group);
    write_file("/proc/self/gid_map", map);
    const int fd = open("/dev/fuse", O_RDWR);
    mkdir("served", 0755);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
    if (fd < 0 || mount("fuse", "served", "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
        return -1;
    }
    *server = fork();
    if (*server == 0) {
        serve(fd);
    }
    return open("served/file", O_RDWR);
}

static void refused(int fd, const char *name, unsigned number)
{
    if (fd >= 0 && (RAW(SYS_ioctl, fd, number, FAR) != -1 || errno != ENOTTY)) {
        say("%s: PASSED", name);
    }
}

/* Numbers so low that nothing is mapped there, whatever the guest says; without FUSE nobody knows the
 * request. */
static void cut(int fd, const char *name, unsigned number)
{
    if (fd >= 0 && (RAW(SYS_ioctl, fd, number, FAR) != -1 || errno != EFAULT)) {
        say("%s: PASSED", name);
    }
}

int main(void)
{
    pid_t server = 0;
    const int fd = served_file(&server);
    refused(fd, "TUNSETOWNER", 0x400454cc);
    refused(fd, "TUNSETGROUP", 0x400454ce);
    refused(fd, "TUNSETLINK, no link type", 0x400454cd);
    refused(fd, "NS_GET_PID_FROM_PIDNS", 0x8004b706);
    refused(fd, "NS_GET_TGID_IN_PIDNS", 0x8004b709);
    refused(fd, "INOTIFY_IOC_SETNEXTWD", 0x40044900);
    cut(fd, "TUNSETNOCSUM", 0x400454c8);
    cut(fd, "TIOCSIG", 0x40045436);
    cut(fd, "UI_SET_EVBIT", 0x40045564);
    cut(fd, "RTC_IRQP_SET", 0x4008700c);
    cut(fd, "WDIOC_KEEPALIVE", 0x80045705);

    /* The files that the requests are for take large numbers. */
    const int space = (int)OK(open("/proc/self/ns/pid", O_RDONLY));
    ERR(RAW(SYS_ioctl, space, 0x8004b706, FAR), ESRCH);
    ERR(RAW(SYS_ioctl, 0x7fff, 0x8004b706, FAR), EBADF);
    ERR(RAW(SYS_ioctl, make_file("file", ""), 0x8004b706, FAR), ENOTTY);
    if (server > 0) {
        close(fd);
        umount2("served", MNT_DETACH);
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
    return done();
}
