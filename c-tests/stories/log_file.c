/* CALLS: pwrite64, mmap, munmap, fsync, ftruncate */
/* A log-structured file: records are appended by pwrite, read back through a mapping, and compacted. */
#include "check.h"

#include <sys/mman.h>

struct record {
    uint32_t key, length;
    uint64_t sum;
    char data[48];
};

static uint64_t sum_of(const struct record *record)
{
    uint64_t sum = 14695981039346656037ull ^ record->key;
    for (uint32_t i = 0; i < record->length; i++) {
        sum = (sum ^ (unsigned char)record->data[i]) * 1099511628211ull;
    }
    return sum;
}

static long long append(int fd, long long end, uint32_t key, int version)
{
    struct record record = {.key = key};
    record.length = (uint32_t)snprintf(record.data, sizeof record.data, "key %u, version %d", key, version);
    record.sum = sum_of(&record);
    return pwrite(fd, &record, sizeof record, end) == sizeof record ? end + (long long)sizeof record : -1;
}

/* Checks all records of a file; the latest of each key counts. */
static long long scan(int fd, long long size, uint32_t latest[256])
{
    const struct record *records = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    if (records == MAP_FAILED) {
        return -1;
    }
    long long count = size / (long long)sizeof *records, good = 0;
    for (long long i = 0; i < count; i++) {
        good += records[i].sum == sum_of(&records[i]);
        latest[records[i].key] = (uint32_t)i;
    }
    return munmap((void *)records, (size_t)size) == 0 ? good : -1;
}

int main(void)
{
    int log = make_file("log", ""), compact = make_file("compact", "");
    long long end = 0, kept = 0;
    static uint32_t latest[256];
    for (int i = 0; i < 4000; i++) {
        end = append(log, end, (uint32_t)(i * 7919 % 256), i);
    }
    OK(fsync(log));
    IS(end, 4000 * 64);
    IS(scan(log, end, latest), 4000);

    for (int key = 0; key < 256; key++) {
        struct record record;
        if (pread(log, &record, sizeof record, latest[key] * 64ll) != sizeof record) {
            return 1;
        }
        kept = append(compact, kept, (uint32_t)key, atoi(strrchr(record.data, ' ')));
    }
    OK(rename("compact", "log"));
    IS(kept, 256 * 64);
    IS(scan(compact, kept, latest), 256);

    /* A torn write at the end is found by its sum. */
    OK(pwrite(compact, "torn", 4, kept - 40));
    IS(scan(compact, kept, latest), 255);
    OK(ftruncate(compact, kept - 64));
    IS(scan(compact, kept - 64, latest), 255);
    return done();
}
