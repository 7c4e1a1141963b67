#include "interpreter.h"

#define MOST 256

static struct {
    char kind;
    uint64_t number;
} known[MOST];
static unsigned count;

bool is_known(char kind, uint64_t number)
{
    for (unsigned i = 0; i < count; i++) {
        if (known[i].kind == kind && known[i].number == number) {
            return true;
        }
    }
    return false;
}

unsigned name_of(char kind, uint64_t number)
{
    for (unsigned i = 0; i < count; i++) {
        if (known[i].kind == kind && known[i].number == number) {
            return i;
        }
    }
    if (count < MOST) {
        known[count].kind = kind;
        known[count++].number = number;
    }
    return count - 1;
}
