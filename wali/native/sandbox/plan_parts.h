/* The plan of a sandbox: which files by which rights, which network. */
#ifndef WALI_SANDBOX_PLAN_PARTS_H
#define WALI_SANDBOX_PLAN_PARTS_H

#include "wali/native/process/settings.h"

#include <stdbool.h>
#include <stdint.h>

enum sandbox_form {
    SANDBOX_NONE,
    SANDBOX_PROCESS, /* rules and filters on the process, and what it sees is the machine's */
    SANDBOX_VIEW,    /* the same, in namespaces of its own with a root of its own */
};

enum sandbox_net { NET_NONE, NET_LOOPBACK, NET_PORTS, NET_HOST };

struct sandbox_path {
    const char *option; /* the option that names it, for messages; NULL: it may be missing */
    const char *host;
    const char *guest; /* the absolute path in the view; NULL: it has no place there */
    uint64_t rights;   /* of Landlock */
    bool is_writable;
    int fd; /* the file itself, or a copy of its mount */
};

struct sandbox_port {
    uint16_t number;
    uint64_t rights; /* of Landlock */
};

struct sandbox_plan {
    const wali_config *config;
    enum sandbox_form form;
    enum sandbox_net net;
    bool is_confined; /* ways out are closed */
    bool may_execute; /* execve(2) is there */
    int path_count;   /* shorter paths of the guest come first */
    int most_paths;   /* room */
    int port_count;
    struct sandbox_path *path;
    struct sandbox_port *port;
};

#endif
