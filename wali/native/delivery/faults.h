/* The signals of faults: SIGSEGV, SIGBUS, SIGFPE, SIGILL. */
#ifndef WALI_DELIVERY_FAULTS_H
#define WALI_DELIVERY_FAULTS_H

/* Installs the core's handlers, after the engine has installed its own.  A fault
 * is, in this order: of our own copies; for the guest's handler; for the engine,
 * which turns it into a trap; or the end. */
void faults_init(void) __attribute__((visibility("hidden")));

#endif
