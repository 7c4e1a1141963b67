#define _GNU_SOURCE
#include "wali/native/sandbox/sandbox.h"

#include "wali/native/base/kernel.h"
#include "wali/native/confine/landlock.h"
#include "wali/native/sandbox/consumption.h"
#include "wali/native/sandbox/host_filter.h"
#include "wali/native/sandbox/namespaces.h"
#include "wali/native/sandbox/other_user.h"
#include "wali/native/sandbox/plan.h"
#include "wali/native/sandbox/view.h"

#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define LEAST_LANDLOCK 6 /* Linux 6.12: scopes of signals and abstract sockets */

static int lacking(wali_error *error, int64_t failure, const char *what)
{
    return error_set(error, WALI_ERROR_IO, (int)-failure, "--sandbox: %s: %s", what, strerror((int)-failure));
}

static bool is_folder(int fd)
{
    struct stat s;
    return KERNEL(fstat, fd, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool is_device(int fd)
{
    struct stat s;
    return KERNEL(fstat, fd, &s) == 0 && (S_ISCHR(s.st_mode) || S_ISBLK(s.st_mode));
}

static uint64_t rights_of(const struct sandbox_path *path)
{
    const uint64_t of_device = path->is_writable && is_device(path->fd) ? LANDLOCK_IOCTL_DEV : 0;
    return (path->rights | of_device) & (is_folder(path->fd) ? LANDLOCK_ALL_RIGHTS : LANDLOCK_OF_FILES);
}

static int64_t give_all(const struct sandbox_plan *plan, int64_t rules, int root)
{
    int64_t failure = 0;
    for (int i = 0; i < plan->path_count && failure == 0; i++) {
        const struct sandbox_path *path = &plan->path[i];
        const uint64_t rights = path->fd < 0 ? 0 : rights_of(path);
        failure = rights == 0 ? 0 : landlock_give_path(rules, path->fd, rights);
    }
    for (int i = 0; i < plan->port_count && failure == 0; i++) {
        failure = landlock_give_port(rules, plan->port[i].number, plan->port[i].rights);
    }
    return failure < 0 || root < 0 ? failure : landlock_give_path(rules, root, LANDLOCK_READ_DIR);
}

/* The rules of Landlock: no file but those of the plan, no port but those, and neither signals nor
 * abstract sockets to processes outside. */
static int apply_rules(const struct sandbox_plan *plan, int root, wali_error *error)
{
    const int64_t version = landlock_version();
    struct landlock_handled handled = landlock_all(version);
    const bool judges_ports =
        plan->net == NET_PORTS || (plan->net == NET_NONE && plan->form == SANDBOX_PROCESS);
    if (version < LEAST_LANDLOCK) {
        return error_set(
            error, WALI_ERROR_IO, 0,
            "--sandbox: this kernel has version %d of Landlock, and %d is needed (Linux 6.12, with "
            "landlock among its security modules)",
            version < 0 ? 0 : (int)version, LEAST_LANDLOCK);
    }
    handled.net = judges_ports ? handled.net : 0;
    const int64_t rules = landlock_rules(version, &handled);
    if (rules < 0) {
        return lacking(error, rules, "Landlock");
    }
    int64_t failure = give_all(plan, rules, root);
    failure = failure < 0 ? failure : landlock_apply(rules);
    return failure < 0 ? lacking(error, failure, "Landlock") : 0;
}

static void close_sources(const struct sandbox_plan *plan, int root)
{
    for (int i = 0; i < plan->path_count; i++) {
        if (plan->path[i].fd >= 0 && plan->path[i].fd != root) {
            KERNEL(close, plan->path[i].fd);
        }
    }
    if (root >= 0) {
        KERNEL(close, root);
    }
}

/* Landlock binds the thread that asks for it.  With several, neither a user namespace could be had nor this
 * (unshare(2), EINVAL). */
static int check_threads(wali_error *error)
{
    const int64_t failure = KERNEL(unshare, CLONE_THREAD);
    return failure < 0 ? lacking(error, failure, "whether there is one thread cannot be told") : 0;
}

static int confine_files(struct sandbox_plan *plan, wali_error *error)
{
    int root = -1;
    if ((plan->form == SANDBOX_VIEW ? namespaces_enter(plan, error) : check_threads(error)) != 0) {
        return -1;
    }
    if (view_open_sources(plan, error) != 0 ||
        (plan->form == SANDBOX_VIEW && view_enter(plan, &root, error) != 0)) {
        return -1;
    }
    if (!capabilities_drop()) {
        return lacking(error, -EPERM, "capabilities cannot be given up");
    }
    if (consumption_limit(plan->config, error) != 0 || apply_rules(plan, root, error) != 0) {
        return -1;
    }
    close_sources(plan, root);
    return 0;
}

int sandbox_enter(const wali_config *config, bool is_wasi, wali_error *error)
{
    struct sandbox_plan plan;
    if (plan_make(config, is_wasi, &plan, error) != 0 ||
        (config->user != NULL && other_user_become(config->user, error) != 0)) {
        return -1;
    }
    if (plan.form == SANDBOX_NONE && consumption_limit(config, error) != 0) {
        return -1;
    }
    if (!plan.is_confined && plan.may_execute) {
        return 0;
    }
    KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (plan.form != SANDBOX_NONE && confine_files(&plan, error) != 0) {
        return -1;
    }
    return host_filter_apply(&plan)
               ? 0
               : error_set(error, WALI_ERROR_IO, 0, "this kernel refuses the filter of seccomp(2)");
}
