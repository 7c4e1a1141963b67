/* Twenty thousand threads, one after the other, and detached in storms: nothing of them stays. */
/* CALLS: munmap, exit */
#include "together.h"

#include <dirent.h>

static atomic_int counter;

static void *count(void *unused)
{
    counter++;
    return unused;
}

static int lines_of(const char *path)
{
    int lines = 0, c;
    FILE *file = fopen(path, "re");
    while (file != NULL && (c = getc(file)) != EOF) {
        lines += c == '\n';
    }
    if (file != NULL) {
        fclose(file);
    }
    return lines;
}

static int entries_of(const char *path)
{
    int entries = 0;
    DIR *directory = opendir(path);
    while (directory != NULL && readdir(directory) != NULL) {
        entries++;
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return entries;
}

static void one_by_one(int threads)
{
    for (int i = 0; i < threads; i++) {
        joined(start(count, NULL));
    }
}

static void storm(int threads)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int before = counter;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 65536);
    for (int i = 0; i < threads; i++) {
        while (pthread_create(&thread, &attributes, count, NULL) != 0) {
            nap(1);
        }
    }
    pthread_attr_destroy(&attributes);
    wait_until(&counter, before + threads);
    wait_alone();
}

int main(void)
{
    one_by_one(200);
    storm(200);
    int files = entries_of("/proc/self/fd"), maps = lines_of("/proc/self/maps");
    long long memory = status_of("VmRSS");
    one_by_one(20000);
    storm(2000);
    IS(counter, 22400);
    CHECK(status_of("Threads") == 1);
    CHECK(entries_of("/proc/self/task") == 3); /* with . and .. */
    CHECK(entries_of("/proc/self/fd") == files);
    CHECK(lines_of("/proc/self/maps") <= maps + 2000); /* libc may keep 40 MiB of stacks */
    CHECK(status_of("VmRSS") <= memory + 16384);
    return done();
}
