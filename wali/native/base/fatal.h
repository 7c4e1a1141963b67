/* The end of a guest that cannot go on: one line on stderr that says why, and the signal
 * that a native program would have died of. */
#ifndef WALI_BASE_FATAL_H
#define WALI_BASE_FATAL_H

#include <stdint.h>

/* `program` begins each line.  `before` and `after` are called around a signal that is to
 * kill the process; `after` only if the process has survived it. */
void fatal_begin(const char *program, void (*before)(void), void (*after)(void))
    __attribute__((visibility("hidden")));

/* Writes to the guest's descriptor 2, without stdio: the guest's is not ours. */
void fatal_say(const char *format, ...) __attribute__((format(printf, 1, 2), visibility("hidden")));
/* The line for an end by this signal, without the end. */
void fatal_line(int signal, const char *format, ...)
    __attribute__((format(printf, 2, 3), visibility("hidden")));

/* Ends the process by the signal, as if nobody had ever handled it.  Returns where the
 * signal's default is to stop the process or to be ignored. */
void die_of_signal(int signal) __attribute__((visibility("hidden")));
/* The same for a signal that kills; init of a namespace, which survives it, exits. */
_Noreturn void die_by_signal(int signal) __attribute__((visibility("hidden")));

/* Ends the process with SIGABRT: the guest asked for what cannot be done. */
_Noreturn void guest_abort(const char *why) __attribute__((visibility("hidden")));
/* Ends the process with SIGSEGV: an auxiliary import was given a bad pointer. */
_Noreturn void guest_fault(const char *why) __attribute__((visibility("hidden")));
/* Ends the process as a fault of guest code at that address does. */
_Noreturn void guest_faulted(int signal, uint32_t address) __attribute__((visibility("hidden")));

#endif
