/* The listening sockets that a WASI program gets, for it can open none by itself. */
#ifndef WALI_LAUNCHER_LISTENERS_H
#define WALI_LAUNCHER_LISTENERS_H

#include "wali/native/launcher/options.h"

/* The number of descriptors from 3 on that are meant for this process (sd_listen_fds(3)), if -S listenfd
 * asks for them; else 0. */
int listeners_inherited(const struct launch *launch);

/* Sets config.listener: those, then a socket for each --tcplisten.  0, or the exit status of an error that
 * has been told. */
int listeners_begin(struct launch *launch);

#endif
