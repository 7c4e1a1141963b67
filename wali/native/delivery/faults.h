/* The signals by which faults arrive: SIGSEGV, SIGBUS, SIGFPE, SIGILL. */
#ifndef WALI_DELIVERY_FAULTS_H
#define WALI_DELIVERY_FAULTS_H

/* Installs the core's handlers.  Called after the engine has installed its own.  A fault is handled
 * by the first of these that it fits: our copies of guest memory, the guest's handler, the engine,
 * which makes it a trap.  Else the fault ends the process. */
void faults_init(void) __attribute__((visibility("hidden")));

#endif
