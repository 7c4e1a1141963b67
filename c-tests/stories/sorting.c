/* CALLS: brk, mmap */
/* qsort, bsearch, tsearch, hsearch, lfind: callbacks from libc into the program. */
#include "check.h"

#include <search.h>

static int comparisons;

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    comparisons++;
    return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int tree_order(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void visit(const void *node, VISIT when, int level)
{
    (void)level;
    if (when == postorder || when == leaf) {
        say("  %s", *(char *const *)node);
    }
}

int main(void)
{
    static int values[20000];
    uint32_t state = 12345;
    for (int i = 0; i < 20000; i++) {
        state = state * 1664525 + 1013904223;
        values[i] = (int)(state >> 8) % 100000;
    }
    qsort(values, 20000, sizeof *values, by_value);
    int sorted = 1;
    for (int i = 1; i < 20000; i++) {
        sorted &= values[i - 1] <= values[i];
    }
    CHECK(sorted && comparisons > 20000 && comparisons < 2000000);
    say("%d %d %d", values[0], values[10000], values[19999]);
    int key = values[777], none = -5;
    CHECK(*(int *)bsearch(&key, values, 20000, sizeof *values, by_value) == key);
    CHECK(bsearch(&none, values, 20000, sizeof *values, by_value) == NULL);

    const char *words[] = {"pear", "apple", "fig", "plum", "cherry", "banana", "Äpfel"};
    qsort(words, 7, sizeof *words, by_text);
    for (int i = 0; i < 7; i++) {
        say("%s", words[i]);
    }
    void *root = NULL;
    for (int i = 0; i < 7; i++) {
        tsearch(words[i * 3 % 7], &root, tree_order);
    }
    tdelete("fig", &root, tree_order);
    twalk(root, visit);
    CHECK(tfind("fig", &root, tree_order) == NULL && tfind("plum", &root, tree_order) != NULL);

    OK(hcreate(64) ? 0 : -1);
    hsearch((ENTRY){"answer", "42"}, ENTER);
    TEXT((char *)hsearch((ENTRY){"answer", NULL}, FIND)->data, "42");
    CHECK(hsearch((ENTRY){"question", NULL}, FIND) == NULL);
    hdestroy();
    return done();
}
