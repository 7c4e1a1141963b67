#include "check.h"

/* Where a program's parts begin and end. Code has no addresses in wasm: etext is where constants end. */

extern char etext, _etext, edata, _edata, end, _end, __bss_start, __data_start, data_start;

static int initialised = 3;
static int zero;
static const char text[] = "constant";

static bool lies(const void *what, const char *from, const char *to)
{
    return (const char *)what >= from && (const char *)what < to;
}

/* The compiler takes two declarations for two objects. */
static bool same(const char *volatile one, const char *volatile other)
{
    return one == other;
}

int main(void)
{
    initialised += (int)strlen(text);
    zero += initialised;
    CHECK(lies(&initialised, &__data_start, &edata));
    CHECK(lies(&zero, &__bss_start, &end));
    CHECK(&etext <= &edata && &edata <= &end);
    CHECK(same(&end, &_end) && same(&edata, &_edata));
    CHECK(same(&etext, &_etext) && same(&data_start, &__data_start));
    CHECK(!lies(&zero, &__data_start, &edata));
    CHECK(!lies(&initialised, &__bss_start, &end));
    return done();
}
