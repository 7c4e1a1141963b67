/* Memory grows, and what is new is as good for a call as what was there. */
#include "preview1.h"

int main(void)
{
    for (int i = 0; i < 3; i++) {
        size_t before = __builtin_wasm_memory_size(0);
        CHECK(__builtin_wasm_memory_grow(0, 7) == before);
        FAULTS(p1_random_get(last(8), 9));
        GIVES(p1_random_get(last(8), 8), W_SUCCESS);
        uint64_t got;
        memcpy(&got, last(8), 8);
        CHECK(got != 0);
    }
    return done();
}
