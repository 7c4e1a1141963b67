/* Locks of a file belong to an opening of it, and one opening changes its own. */
#include "draft.h"

int main(void)
{
    const handle folder = given_folder();
    const handle one = good(open_file(folder, FOLLOWS, "file", CREATES, READS | WRITES, READABLE | WRITABLE));
    const handle two = good(open_file(folder, FOLLOWS, "file", 0, READS, 0));
    IS(lock_shared(one), 0);
    IS(lock_shared(one), 0);
    IS(try_shared(two), 0);
    FAILS(try_exclusive(one), "would-block");
    IS(unlock(two), 0);
    IS(lock_shared(one), 0);
    IS(try_exclusive(one), 0);
    FAILS(try_shared(two), "would-block");
    IS(lock_exclusive(one), 0);
    IS(lock_shared(one), 0);
    IS(try_shared(two), 0);
    IS(unlock(one), 0);
    IS(unlock(one), 0);
    IS(lock_exclusive(two), 0);
    FAILS(try_exclusive(one), "would-block");
    drop_file(two);
    IS(try_exclusive(one), 0);
    return done();
}
