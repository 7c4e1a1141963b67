/* Sees that the enclosed program comes to an end. */
#ifndef FUZZ_WATCH_H
#define FUZZ_WATCH_H

#include <stdint.h>
#include <sys/types.h>

#define STALLED 400 /* milliseconds without progress */

struct watch {
    const volatile uint64_t *progress; /* NULL: only time counts */
    int seconds;
};

/* Maps the file of progress, while it can still be opened. */
struct watch watch_begin(const char *progress, int seconds);

/* Waits for the status that the first process writes to `result`, or ends it; writes the line of the report.
 */
void watch_end(const struct watch *watch, pid_t first, int result, int report);

#endif
