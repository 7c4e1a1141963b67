/* Standard input as a stream, up to its end; standard output as another. */
#include "draft.h"

int main(void)
{
    char bytes[64];
    bool is_end = false;
    const handle in = standard_input(), out = standard_output();
    const handle readable = until_readable(in);
    bool ready;
    wait_for(&readable, 1, &ready);
    IS(ready, true);
    IS(stream_wait_read(in, bytes, 5, &is_end), 5);
    IS(memcmp(bytes, "first", 5), 0);
    IS(stream_skip(in, 1, &is_end), 1);
    fflush(stdout);
    IS(stream_forward(out, in), 22);
    IS(stream_wait_read(in, bytes, 5, &is_end), 0);
    IS(is_end, true);
    IS(stream_write(out, "last\n", 5), 5);
    IS(stream_write(standard_error(), "", 0), 0);
    return done();
}
