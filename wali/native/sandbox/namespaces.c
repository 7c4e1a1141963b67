#define _GNU_SOURCE
#include "wali/native/sandbox/namespaces.h"

#include "wali/native/base/kernel.h"
#include "wali/native/files/real_proc.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define MOST_CAPABILITIES 64

static bool write_file(const char *name, const char *text)
{
    const int64_t fd = real_proc_open(name, O_WRONLY);
    const int64_t written = fd < 0 ? fd : KERNEL(write, fd, text, strlen(text));
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    return written == (int64_t)strlen(text);
}

/* The user and the group keep their numbers; all others are nobody in there. */
static bool map_ids(int64_t user, int64_t group)
{
    char line[64];
    write_file("self/setgroups", "deny");
    snprintf(line, sizeof line, "%d %d 1\n", (int)user, (int)user);
    if (!write_file("self/uid_map", line)) {
        return false;
    }
    snprintf(line, sizeof line, "%d %d 1\n", (int)group, (int)group);
    return write_file("self/gid_map", line);
}

static bool loopback_up(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    const int64_t fd = KERNEL(socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return false;
    }
    const bool is_up = KERNEL(ioctl, fd, SIOCSIFFLAGS, &request) == 0;
    KERNEL(close, fd);
    return is_up;
}

static int lacking(wali_error *error, const char *what, int64_t failure)
{
    return error_set(error, WALI_ERROR_IO, (int)-failure,
                     "--sandbox: %s: %s; a weaker form without namespaces is --sandbox=process", what,
                     strerror((int)-failure));
}

int namespaces_enter(const struct sandbox_plan *plan, wali_error *error)
{
    const bool has_own_network = plan->net == NET_NONE || plan->net == NET_LOOPBACK;
    const int64_t user = KERNEL(geteuid), group = KERNEL(getegid);
    const int64_t failure =
        KERNEL(unshare, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | (has_own_network ? CLONE_NEWNET : 0));
    if (failure < 0) {
        return lacking(error, "no namespaces can be made here", failure);
    }
    if (!map_ids(user, group)) {
        return lacking(error, "no user can be mapped in a user namespace", -EPERM);
    }
    return plan->net != NET_LOOPBACK || loopback_up()
               ? 0
               : lacking(error, "the loopback interface cannot be had", -EPERM);
}

bool capabilities_drop(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    /* Without CAP_SETPCAP that fails, and then none can be gained: no_new_privs. */
    for (int i = 0; i < MOST_CAPABILITIES; i++) {
        KERNEL(prctl, PR_CAPBSET_DROP, i, 0, 0, 0);
    }
    return KERNEL(capset, &header, none) == 0;
}
