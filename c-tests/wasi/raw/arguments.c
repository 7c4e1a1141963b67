/* args_* and environ_*: where the strings lie, and what is said of addresses that are none. */
#include "preview1.h"

static void look(int sizes(void *, void *), int get(void *, void *), const char *const *expected,
                 uint32_t first, uint32_t count_expected)
{
    uint32_t count = 0, size = 0;
    GIVES(sizes(&count, &size), W_SUCCESS);
    IS(count, count_expected);
    uint32_t pointers[16];
    char bytes[4096];
    memset(pointers, 0xff, sizeof pointers);
    memset(bytes, '#', sizeof bytes);
    GIVES(get(pointers, bytes), W_SUCCESS);
    uint32_t at = (uint32_t)(uintptr_t)bytes;
    bool right = true;
    for (uint32_t i = 0; i < count; i++) { /* one behind the other, in their order */
        right = right && pointers[i] == at;
        at += (uint32_t)strlen((const char *)(uintptr_t)at) + 1;
    }
    CHECK(right);
    CHECK(at == (uint32_t)(uintptr_t)bytes + size);
    CHECK(*(const char *)(uintptr_t)at == '#'); /* and nothing more */
    CHECK(pointers[count] == 0xffffffff);
    for (uint32_t i = first; i < count; i++) {
        TEXT((const char *)(uintptr_t)pointers[i], expected[i - first]);
    }

    FAULTS(sizes(last(3), &size));
    FAULTS(sizes(&count, last(3)));
    FAULTS(sizes((void *)0xfffffffe, &size));
    GIVES(sizes(last(4), &size), W_SUCCESS);
    CHECK(memcmp(last(4), &count, 4) == 0);
    FAULTS(get(last(4), bytes)); /* more than one pointer */
    FAULTS(get(pointers, last(1)));
    FAULTS(get((void *)0xfffffffc, bytes));
}

int main(void)
{
    static const char *const arguments[] = {"one", "", "three \xc3\xa4"};
    static const char *const variables[] = {"A=1", "B=", "C=x=y"};
    look(p1_args_sizes_get, p1_args_get, arguments, 1, 4);
    look(p1_environ_sizes_get, p1_environ_get, variables, 0, 3); /* these and no others */
    return done();
}
