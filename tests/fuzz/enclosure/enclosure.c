/* Runs one program where it can harm nobody: namespaces of its own (user, mount, pid, net, ipc, uts), a root
 * of its own on a tmpfs in which all else is read-only, small limits, and an ordinary user of the machine.
 *
 *   enclosure [--root] [--see PATH]... [--seconds N] [--progress FILE] [--hand NAME=FILE] [--report FD]
 *             -- PROGRAM ARGUMENT...
 *
 * --root       is root in its user namespace; else user 1000, without capabilities
 * --see        this file or folder can be read there, by the same name
 * --seconds    how long it may take
 * --progress   a file whose first 8 bytes are a counter: who leaves it alone for STALLED milliseconds has
 * stalled
 * --hand       opens the file for reading and writing: the variable NAME tells the program its descriptor
 * --report     where one line goes: `status: N`, `signal: N`, `stalled: ...` or `time is over`
 *
 * Exits with 77, and a line on stderr, where the machine allows no such namespaces. */
#define _GNU_SOURCE
#include "tests/fuzz/enclosure/root.h"
#include "tests/fuzz/enclosure/watch.h"

#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define ORDINARY 1000

struct order {
    bool root;
    int seconds, report;
    const char *progress;
    char **program;
    struct seen seen;
};

void cannot(const char *what)
{
    fprintf(stderr, "enclosure: %s: %s\n", what, strerror(errno));
    exit(77);
}

static void put(const char *path, const char *text)
{
    FILE *const file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        cannot(path);
    }
}

/* The caller, in a user namespace of its own, under this number. */
static void map_user(unsigned inside, uid_t user, gid_t group)
{
    char line[64];
    put("/proc/self/setgroups", "deny");
    snprintf(line, sizeof line, "%u %u 1", inside, user);
    put("/proc/self/uid_map", line);
    snprintf(line, sizeof line, "%u %u 1", inside, group);
    put("/proc/self/gid_map", line);
}

static void limit(int resource, rlim_t value)
{
    setrlimit(resource, &(struct rlimit){value, value});
}

static void make_small(int seconds)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 1 << 20);
    limit(RLIMIT_NOFILE, 256);
    limit(RLIMIT_NPROC, 64);
    limit(RLIMIT_CPU, (rlim_t)seconds + 1);
    limit(RLIMIT_MEMLOCK, 1 << 20);
    limit(RLIMIT_SIGPENDING, 512);
    limit(RLIMIT_MSGQUEUE, 1 << 18);
}

/* The loopback device of the network namespace, which has no other. */
static void raise_loopback(void)
{
    struct ifreq device = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (ioctl(fd, SIOCSIFFLAGS, &device) != 0) {
        cannot("lo");
    }
    close(fd);
}

/* The first process of the namespace: the program's end is its end, and that of all that the program has
 * started. Signals from inside do not reach it. */
static int be_first(const struct order *order, int result)
{
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) {
        cannot("mount /proc");
    }
    raise_loopback();
    if (chdir(SCRATCH) != 0) {
        cannot(SCRATCH);
    }
    const pid_t program = fork();
    if (program == 0) {
        setsid();
        make_small(order->seconds);
        execv(order->program[0], order->program);
        cannot(order->program[0]);
    }
    int status;
    while (waitpid(-1, &status, 0) != program) {
    }
    return write(result, &status, sizeof status) == sizeof status ? 0 : 1;
}

static void leave_the_machine(const struct order *order)
{
    const bool privileged = geteuid() == 0;
    const uid_t user = privileged ? NOBODY : geteuid();
    const gid_t group = privileged ? NOBODY : getegid();
    if (unshare(CLONE_NEWNS | (privileged ? 0 : CLONE_NEWUSER)) != 0) {
        cannot("unshare");
    }
    if (!privileged) {
        map_user(0, user, group);
    }
    make_root(&order->seen, privileged ? NOBODY : 0);
    if (privileged && (setgroups(0, NULL) != 0 || setresgid(group, group, group) != 0 ||
                       setresuid(user, user, user) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0)) {
        cannot("become an ordinary user");
    }
    /* What a namespace of more rights has mounted can be changed by none of fewer: mount_namespaces(7). */
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) !=
        0) {
        cannot("unshare");
    }
    map_user(order->root ? 0 : ORDINARY, privileged ? user : 0, privileged ? group : 0);
}

static void hand_file(char *name)
{
    char number[12];
    char *const path = strchr(name, '=');
    const int fd = path == NULL ? -1 : open(path + 1, O_RDWR);
    if (fd < 0) {
        cannot(name);
    }
    *path = '\0';
    snprintf(number, sizeof number, "%d", fd);
    setenv(name, number, 1);
}

static void read_order(struct order *order, char **word)
{
    *order = (struct order){.seconds = 60, .report = 1};
    while (*++word != NULL && strcmp(*word, "--") != 0) {
        if (strcmp(*word, "--root") == 0) {
            order->root = true;
        } else if (word[1] == NULL) {
            break;
        } else if (strcmp(*word, "--see") == 0 && order->seen.count < MOST_SEEN) {
            order->seen.paths[order->seen.count++] = *++word;
        } else if (strcmp(*word, "--seconds") == 0) {
            order->seconds = atoi(*++word);
        } else if (strcmp(*word, "--report") == 0) {
            order->report = atoi(*++word);
        } else if (strcmp(*word, "--progress") == 0) {
            order->progress = *++word;
        } else if (strcmp(*word, "--hand") == 0) {
            hand_file(*++word);
        } else {
            break;
        }
    }
    if (*word == NULL || word[1] == NULL || strcmp(*word, "--") != 0) {
        fprintf(stderr, "enclosure: unknown words: %s\n", *word == NULL ? "no program" : *word);
        exit(2);
    }
    order->program = word + 1;
}

int main(int argc, char **argv)
{
    struct order order;
    int result[2];
    (void)argc;
    read_order(&order, argv);
    struct watch watch = watch_begin(order.progress, order.seconds);
    if (pipe2(result, O_CLOEXEC) != 0 ||
        (order.report > 2 && fcntl(order.report, F_SETFD, FD_CLOEXEC) != 0)) {
        cannot("pipe");
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    leave_the_machine(&order);
    const pid_t first = fork();
    if (first == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        exit(be_first(&order, result[1]));
    }
    close(result[1]);
    watch_end(&watch, first, result[0], order.report);
    return 0;
}
