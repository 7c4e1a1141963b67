/* The engine's relocated constants, and what a fork pays for them. */
#ifndef WALI_RELRO_H
#define WALI_RELRO_H

/* Before each fork, with the fork's locks held and signals blocked: exchanges them
 * for shared memory once that pays.  Stays as it is if it cannot. */
void relro_before_fork(void) __attribute__((visibility("hidden")));

#endif
