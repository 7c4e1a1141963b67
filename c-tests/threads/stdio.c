/* Streams are locked call by call, and by flockfile for as long as wanted. */
/* CALLS: futex, writev */
#include "together.h"

#define THREADS 6
#define LINES 400

static FILE *file;

static void *write_lines(void *argument)
{
    int self = (int)(intptr_t)argument;
    for (int i = 0; i < LINES; i++) {
        if (i % 2 == 0) {
            fprintf(file, "line %d of %d: %.40s\n", i, self,
                    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
        } else {
            flockfile(file);
            fputs("line ", file);
            fprintf(file, "%d of ", i);
            sched_yield();
            putc_unlocked('0' + self, file);
            fputs(": in parts\n", file);
            funlockfile(file);
        }
    }
    return NULL;
}

static void *try_lock(void *stream)
{
    int result = ftrylockfile(stream);
    if (result == 0) {
        funlockfile(stream);
    }
    return (void *)(intptr_t)(result != 0);
}

static void *read_bytes(void *stream)
{
    intptr_t count = 0;
    while (getc(stream) != EOF) {
        count++;
    }
    return (void *)count;
}

static void check_lines(void)
{
    static int next[THREADS];
    char line[256], expected[256];
    int wrong = 0, total = 0, i, self;
    rewind(file);
    while (fgets(line, sizeof line, file) != NULL) {
        total++;
        if (sscanf(line, "line %d of %d", &i, &self) != 2 || self < 0 || self >= THREADS || i != next[self]) {
            wrong++;
            continue;
        }
        next[self]++;
        snprintf(expected, sizeof expected, "line %d of %d: %s\n", i, self,
                 i % 2 == 0 ? "abcdefghijklmnopqrstuvwxyzabcdefghijklmn" : "in parts");
        wrong += strcmp(line, expected) != 0;
    }
    IS(total, THREADS * LINES);
    IS(wrong, 0);
}

int main(void)
{
    pthread_t threads[THREADS];
    file = fopen("lines", "w+");
    for (intptr_t i = 0; i < THREADS; i++) {
        threads[i] = start(write_lines, (void *)i);
    }
    for (int i = 0; i < THREADS; i++) {
        joined(threads[i]);
    }
    check_lines();
    long size = ftell(file);
    rewind(file);
    intptr_t sum = 0;
    for (int i = 0; i < 3; i++) {
        threads[i] = start(read_bytes, file);
    }
    for (int i = 0; i < 3; i++) {
        sum += joined(threads[i]);
    }
    CHECK(sum == size);
    flockfile(file);
    flockfile(file); /* it is recursive */
    IS(joined(start(try_lock, file)), 1);
    funlockfile(file);
    IS(joined(start(try_lock, file)), 1);
    funlockfile(file);
    IS(joined(start(try_lock, file)), 0);
    fclose(file);
    return done();
}
