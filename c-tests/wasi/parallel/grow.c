/* Threads that grow the memory at the same time: to its maximum and not beyond, no page is two threads', and
 * each can be used at once by others, and by calls. */
#include "threads.h"

#define WORKERS 6
#define PAGE 65536
#define MOST_PAGES (67108864 / PAGE)

static struct thread threads[WORKERS];
static uint32_t numbers[WORKERS] = {1, 2, 3, 4, 5, 6};
static uint32_t owners[MOST_PAGES];
static uint32_t grown;

static void work(void *argument)
{
    const uint32_t number = *(uint32_t *)argument;
    for (;;) {
        const uint32_t page = (uint32_t)__builtin_wasm_memory_grow(0, 1);
        uint32_t *const at = (uint32_t *)(page * PAGE);
        if (page == UINT32_MAX) {
            return;
        }
        CHECK(page < MOST_PAGES);
        CHECK(__builtin_wasm_memory_size(0) > page);
        CHECK(__atomic_exchange_n(&owners[page], number, __ATOMIC_SEQ_CST) == 0);
        CHECK(at[0] == 0 && at[PAGE / 4 - 1] == 0);
        GIVES(p1_random_get(at, PAGE), W_SUCCESS);
        at[0] = number;
        add(&grown, 1);
    }
}

static int test(void)
{
    const uint32_t first = (uint32_t)__builtin_wasm_memory_size(0);
    for (uint32_t i = 0; i < WORKERS; i++) {
        start(&threads[i], i, work, &numbers[i]);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        join(&threads[i]);
    }
    CHECK(__builtin_wasm_memory_size(0) == MOST_PAGES);
    CHECK(first + load(&grown) == MOST_PAGES);
    for (uint32_t page = first; page < MOST_PAGES; page++) {
        CHECK(*(uint32_t *)(page * PAGE) == owners[page]);
    }
    CHECK(__builtin_wasm_memory_grow(0, 1) == SIZE_MAX);
    return 0;
}
