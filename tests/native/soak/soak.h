/* What a program can count of itself, to see that nothing leaks. */
#ifndef SOAK_H
#define SOAK_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline void need(bool good, const char *what)
{
    if (!good) {
        perror(what);
        exit(1);
    }
}

static inline long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct counts {
    long threads, rss_kib, descriptors, mappings;
};

static inline long entries_of(const char *path)
{
    long count = 0;
    DIR *folder = opendir(path);
    need(folder != NULL, path);
    while (readdir(folder) != NULL) {
        count++;
    }
    closedir(folder);
    return count;
}

static inline struct counts counted_now(void)
{
    struct counts counts = {.descriptors = entries_of("/proc/self/fd"), .threads = entries_of("/proc/self/task")};
    char line[8192];
    FILE *file = fopen("/proc/self/maps", "re");
    need(file != NULL, "/proc/self/maps");
    while (fgets(line, sizeof line, file) != NULL) {
        counts.mappings++;
    }
    fclose(file);
    file = fopen("/proc/self/status", "re");
    need(file != NULL, "/proc/self/status");
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0) {
            counts.rss_kib = atol(line + 6);
        }
    }
    fclose(file);
    return counts;
}

/* When all threads but this one are gone: they leave a moment after they were joined. */
static inline struct counts counted(void)
{
    const struct timespec moment = {0, 1000000};
    for (int i = 0; i < 2000 && entries_of("/proc/self/task") > 3; i++) { /* with . and .. */
        nanosleep(&moment, NULL);
    }
    return counted_now();
}

/* Ends the program with a message if `after` has more than it may. */
static inline void check_counts(struct counts before, struct counts after, long rss_kib, long mappings)
{
    const bool good = after.threads <= before.threads && after.descriptors == before.descriptors &&
                      after.mappings <= before.mappings + mappings && after.rss_kib <= before.rss_kib + rss_kib;
    if (!good) {
        fprintf(stderr, "leak: threads %ld to %ld, descriptors %ld to %ld, mappings %ld to %ld, KiB %ld to %ld\n",
                before.threads, after.threads, before.descriptors, after.descriptors, before.mappings, after.mappings,
                before.rss_kib, after.rss_kib);
        exit(1);
    }
}

#endif
