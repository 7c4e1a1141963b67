/* Makes forks cheaper: the engine's relocated constants become pages of a sealed file. */
#ifndef WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H
#define WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H

#include <stdbool.h>

/* Called before each fork, with the fork's locks held and signals blocked.  Replaces the pages once
 * there have been enough forks for that to pay, and the process has one thread.  If that fails, the
 * pages stay as they are. */
void library_pages_before_fork(bool has_one_thread) __attribute__((visibility("hidden")));

#endif
