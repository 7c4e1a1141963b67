/* The engine's relocated constants, and what a fork pays for them. */
#ifndef WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H
#define WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H

/* Before each fork, with the fork's locks held and signals blocked: exchanges them
 * for shared memory once that pays.  Stays as it is if it cannot. */
void library_pages_before_fork(void) __attribute__((visibility("hidden")));

#endif
