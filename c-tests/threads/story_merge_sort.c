/* A million numbers, sorted by a tree of threads. */
/* CALLS: futex */
#include "together.h"

#define COUNT 1000000
#define DEPTH 3

static unsigned numbers[COUNT], room[COUNT];

struct part {
    size_t from, to;
    int depth;
};

static int compare(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return x < y ? -1 : x > y;
}

static void merge(size_t from, size_t middle, size_t to)
{
    size_t left = from, right = middle;
    for (size_t i = from; i < to; i++) {
        bool take_left = left < middle && (right == to || numbers[left] <= numbers[right]);
        room[i] = take_left ? numbers[left++] : numbers[right++];
    }
    memcpy(numbers + from, room + from, (to - from) * sizeof *numbers);
}

static void *sort(void *argument)
{
    const struct part *part = argument;
    if (part->depth == 0) {
        qsort(numbers + part->from, part->to - part->from, sizeof *numbers, compare);
        return NULL;
    }
    size_t middle = part->from + (part->to - part->from) / 2;
    struct part left = {part->from, middle, part->depth - 1}, right = {middle, part->to, part->depth - 1};
    pthread_t thread = start(sort, &left);
    sort(&right);
    joined(thread);
    merge(part->from, middle, part->to);
    return NULL;
}

int main(void)
{
    struct part all = {0, COUNT, DEPTH};
    unsigned long long before = 0, after = 0;
    unsigned seed = 1, wrong = 0;
    for (size_t i = 0; i < COUNT; i++) {
        seed = seed * 1664525 + 1013904223;
        numbers[i] = seed;
        before += seed;
    }
    sort(&all);
    for (size_t i = 0; i < COUNT; i++) {
        wrong += i > 0 && numbers[i - 1] > numbers[i];
        after += numbers[i];
    }
    IS(wrong, 0);
    CHECK(before == after);
    return done();
}
