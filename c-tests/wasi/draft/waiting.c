/* Clocks, and waiting for several things at once: each is told by a byte. */
#include "draft.h"

enum { MS = 1000000 };

int main(void)
{
    bool ready[40];
    struct times wall, later;
    const uint64_t begin = monotonic_now();
    const handle soon = timer(20 * MS, 0), far = timer(UINT64_C(3600) * 1000 * MS, 0);
    const handle past = timer(begin, 1), absolute = timer(begin + 40 * MS, 1);
    wall_now(&wall);
    CHECK(wall.seconds > 1600000000 && wall.nanoseconds < 1000000000);
    CHECK(monotonic_resolution() > 0);
    wall_resolution(&later);
    CHECK(later.seconds > 0 || later.nanoseconds > 0);

    const handle first[] = {far, past, far};
    wait_for(first, 3, ready);
    IS(ready[0], false);
    IS(ready[1], true);
    IS(ready[2], false);
    CHECK(monotonic_now() - begin < 10000ull * MS);
    const handle second[] = {far, soon};
    wait_for(second, 2, ready);
    IS(ready[0], false);
    IS(ready[1], true);
    CHECK(monotonic_now() - begin >= 20 * MS);
    wait_for(&absolute, 1, ready);
    CHECK(monotonic_now() - begin >= 40 * MS);
    const handle third[] = {soon, absolute, past, far};
    wait_for(third, 4, ready);
    IS(ready[0] && ready[1] && ready[2], true);
    IS(ready[3], false);

    const handle file =
        good(open_file(given_folder(), FOLLOWS, "file", CREATES, READS | WRITES, READABLE | WRITABLE));
    const handle in = good(reader(file, 0)), out = good(writer(file, 0));
    const handle files[] = {until_readable(in), far, until_writable(out)};
    wait_for(files, 3, ready);
    IS(ready[0], true);
    IS(ready[1], false);
    IS(ready[2], true);
    handle many[40];
    for (int i = 0; i < 40; i++) {
        many[i] = i % 3 == 0 ? past : far;
    }
    wait_for(many, 40, ready);
    for (int i = 0; i < 40; i++) {
        IS(ready[i] == (i % 3 == 0), true);
    }
    wall_now(&later);
    CHECK(later.seconds >= wall.seconds);
    drop_pollable(soon), drop_pollable(far), drop_pollable(past), drop_pollable(absolute);
    return done();
}
