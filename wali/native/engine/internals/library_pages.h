/* Makes forks cheaper: the engine's relocated constants become shared memory. */
#ifndef WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H
#define WALI_ENGINE_INTERNALS_LIBRARY_PAGES_H

/* Called before each fork, with the fork's locks held and signals blocked.  Replaces the pages once
 * there have been enough forks for that to pay.  If that fails, they stay private. */
void library_pages_before_fork(void) __attribute__((visibility("hidden")));

#endif
