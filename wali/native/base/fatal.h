/* The end of a guest that cannot go on: a line on stderr that says why, and death by the signal
 * that would have killed a native program.  All functions but fatal_begin are called in signal
 * handlers, too. */
#ifndef WALI_BASE_FATAL_H
#define WALI_BASE_FATAL_H

#include <stdint.h>

/* To be called once, before the guest starts.  `program` is named in each line.  `before` is called
 * before a fatal signal is raised, `after` only if the process has survived the signal.  Either may
 * be NULL. */
void fatal_begin(const char *program, void (*before)(void), void (*after)(void))
    __attribute__((visibility("hidden")));

/* Writes a line to descriptor 2, the guest's stderr, by one write(2).  The text, of which at most
 * 1023 bytes are taken, needs no newline at its end; wali_printable makes it safe.  Does not use
 * the stdio of the host's libc. */
void fatal_say(const char *format, ...) __attribute__((format(printf, 1, 2), visibility("hidden")));
/* Writes the line "wali: <program>: <text> (<signal>)".  The caller ends the process: no other thread
 * does any more.  The signal is SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT. */
void fatal_line(int signal, const char *format, ...)
    __attribute__((format(printf, 2, 3), visibility("hidden")));

/* Sets the signal's default action and raises the signal, unblocked, in the calling thread.
 * Returns if the process survives: the default action is to stop or to ignore, or the process is
 * the init of a PID namespace (pid_namespaces(7)). */
void die_of_signal(int signal) __attribute__((visibility("hidden")));
/* The same for a signal that arrives only because the trace wants to tell of it, and might arrive
 * anywhere: no other thread is waited for.  Async-signal-safe. */
void die_watched(int signal) __attribute__((visibility("hidden")));
/* Ends the process by a signal whose default action kills.  The init of a PID namespace survives
 * the signal, and exits with 128 + signal. */
_Noreturn void die_by_signal(int signal) __attribute__((visibility("hidden")));

/* Ends the process by SIGABRT: the runtime cannot do what the guest needs. */
_Noreturn void guest_abort(const char *why) __attribute__((visibility("hidden")));
/* Ends the process by SIGSEGV: an auxiliary import or the delivery of a signal met a bad address or
 * function pointer, and has no error to return. */
_Noreturn void guest_segfault(const char *why) __attribute__((visibility("hidden")));
/* Ends the process by the signal of a fault in guest code; `address` is the guest's. */
_Noreturn void guest_faulted(int signal, uint32_t address) __attribute__((visibility("hidden")));

#endif
