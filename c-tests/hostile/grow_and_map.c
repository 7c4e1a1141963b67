/* memory.grow by the program itself, among mappings of the runtime's choice: nobody gets the other's pages.
 */
#include "check.h"

#include <sys/mman.h>

#define WASM_PAGE 65536u
#define PIECES 120

static unsigned char *pieces[PIECES];
static unsigned lengths[PIECES];

static unsigned char *grow(unsigned pages)
{
    size_t before = __builtin_wasm_memory_grow(0, pages);
    return before == (size_t)-1 ? NULL : (unsigned char *)(before * WASM_PAGE);
}

static bool filled(const unsigned char *piece, unsigned length, int value)
{
    for (unsigned i = 0; i < length; i += 1024) {
        if (piece[i] != value) {
            return false;
        }
    }
    return true;
}

int main(void)
{
    unsigned wrong = 0;
    for (unsigned i = 0; i < PIECES; i++) {
        lengths[i] = (1 + i % 7) * WASM_PAGE * (i % 5 == 0 ? 8 : 1);
        pieces[i] = i % 3 == 0
                        ? grow(lengths[i] / WASM_PAGE)
                        : mmap(NULL, lengths[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pieces[i] == NULL || pieces[i] == MAP_FAILED || !filled(pieces[i], lengths[i], 0)) {
            wrong++;
            continue;
        }
        memset(pieces[i], (int)i + 1, lengths[i]);
    }
    for (unsigned i = 0; i < PIECES; i++) {
        wrong += !filled(pieces[i], lengths[i], (int)i + 1);
    }
    IS(wrong, 0);
    for (unsigned i = 0; i < PIECES; i++) {
        wrong += munmap(pieces[i], lengths[i]) != 0; /* what was grown, too */
    }
    IS(wrong, 0);
    unsigned char *again =
        mmap(pieces[0], lengths[0], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(again == pieces[0] && filled(again, lengths[0], 0));
    /* Instructions that the engine checks against the memory's size. */
    unsigned char *high =
        mmap((void *)0x60000000, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(high == (void *)0x60000000);
    __builtin_memset(high, 5, 1 << 20);
    __builtin_memcpy(again, high, lengths[0]);
    CHECK(filled(again, lengths[0], 5));
    __atomic_fetch_add((unsigned *)(high + 8), 1, __ATOMIC_SEQ_CST);
    IS(high[8], 6);
    return done();
}
