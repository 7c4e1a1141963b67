/* random_get, sched_yield: just so many bytes, none beyond them, and addresses that are none. */
#include "preview1.h"

int main(void)
{
    uint8_t bytes[300];
    memset(bytes, 0x55, sizeof bytes);
    GIVES(p1_random_get(bytes + 10, 270), W_SUCCESS);
    bool changed = false, kept = true;
    for (int i = 0; i < 300; i++) {
        bool inside = i >= 10 && i < 280;
        changed = changed || (inside && bytes[i] != 0x55);
        kept = kept && (inside || bytes[i] == 0x55);
    }
    CHECK(changed && kept);
    GIVES(p1_random_get(bytes, 0), W_SUCCESS);
    GIVES(p1_random_get(last(1), 1), W_SUCCESS);
    FAULTS(p1_random_get(last(1), 2));
    FAULTS(p1_random_get(bytes, 0xffffffff));
    FAULTS(p1_random_get((void *)0xffffffff, 1));
    static uint8_t much[1 << 20]; /* more than the kernel gives at once */
    GIVES(p1_random_get(much, sizeof much), W_SUCCESS);
    int zeros = 0;
    for (size_t i = sizeof much - 4096; i < sizeof much; i++) {
        zeros += much[i] == 0;
    }
    CHECK(zeros < 200);
    GIVES(p1_sched_yield(), W_SUCCESS);
    return done();
}
