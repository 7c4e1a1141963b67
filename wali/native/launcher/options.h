/* The part of wali-run's command line that is read without Python. */
#ifndef WALI_LAUNCHER_OPTIONS_H
#define WALI_LAUNCHER_OPTIONS_H

#include "wali/native/process/settings.h"

#include <limits.h>
#include <stdbool.h>

struct launch {
    wali_config config;
    const char *argv0;      /* NULL: the module's path */
    const char *trace;      /* --trace: NULL for none, "" for stderr */
    const char *engine;     /* the engine's library, from Python; NULL: the launcher finds it */
    const char *code;       /* a file of compiled code */
    const char *const *env; /* the changes of the environment: KEY=VALUE, or KEY to remove it */
    int env_count;
    int clear_env;
    int inherit_network; /* whether a WASI program may bind and connect sockets */
    int tcp;             /* unless sockets of TCP are excepted from that; and of UDP */
    int udp;
    int allow_ip_name_lookup;     /* whether it may look up names; -1: if it has the network */
    int inherit_env;              /* whether a WASI program has the caller's */
    int listenfd;                 /* whether it has the sockets of sd_listen_fds(3) */
    const char *const *tcplisten; /* addresses of listening sockets that it gets */
    int tcplisten_count;
    const char *const *wasi; /* words, joined by commas */
    int wasi_count;
    int no_cache;
    uint64_t memory; /* the most that the guest may have, and native programs as their data; 0 without */
    int executed;    /* a guest executes it: a module, whatever its name */
    /* The number of last words that are the guest's environment; -1: the process's environment is
     * the guest's. */
    int environment;
    char cache[PATH_MAX]; /* what config.cache_dir points to if no option sets it */
};

/* Fills *launch, which keeps pointers into argv.  False if the command line is wrong, or asks for
 * what only Python does. */
bool launch_parse(struct launch *launch, int argc, char **argv);

/* Opens the file that --trace names as config.trace_fd.  NULL, or why that fails. */
const char *launch_open_trace(struct launch *launch);

#endif
