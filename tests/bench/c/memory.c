// memory resident MIB: touches so much and prints the most memory (KiB) that the process ever had, of all kinds.
// memory churn ROUNDS: maps and unmaps 64 KiB and 4 KiB in turn; prints how much more is resident (KiB) than at first.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static long status_kib(const char *key) {
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            value = atol(line + strlen(key));
    if (file)
        fclose(file);
    return value;
}

static char *map(size_t size) {
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    memset(p, 1, size);
    return p;
}

static long churn(long rounds) {
    enum { BIG = 65536, SMALL = 4096 };
    munmap(map(BIG), BIG);
    long before = status_kib("VmRSS:");
    for (long i = 0; i < rounds; i++) {
        char *big = map(BIG);
        char *small = map(SMALL);
        munmap(big, BIG);
        char *second = map(SMALL);
        munmap(small, SMALL);
        munmap(second, SMALL);
    }
    return status_kib("VmRSS:") - before;
}

int main(int argc, char **argv) {
    long number = argc > 2 ? atol(argv[2]) : 0;
    if (argc > 2 && strcmp(argv[1], "churn") == 0) {
        printf("%ld\n", churn(number));
    } else {
        if (number)
            map((size_t)number << 20);
        printf("%ld\n", status_kib("VmHWM:"));
    }
    return 0;
}
