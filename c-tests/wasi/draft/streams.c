/* Streams of files: each has its position, the end is told beside what was read. */
#include "draft.h"

static char bytes[200000];

int main(void)
{
    bool is_end = false;
    const handle folder = given_folder();
    const handle file =
        good(open_file(folder, FOLLOWS, "file", CREATES, READS | WRITES, READABLE | WRITABLE));
    const handle out = good(writer(file, 0));
    IS(stream_write(out, "hello ", 6), 6);
    IS(stream_wait_write(out, "world", 5), 5);
    IS(stream_write(out, "", 0), 0);
    IS(stream_zeroes(out, 3), 3);
    IS(stream_zeroes(out, 1000000), 65536);

    const handle in = good(reader(file, 6)), other = good(reader(file, 0));
    IS(stream_read(in, bytes, 5, &is_end), 5);
    bytes[5] = '\0';
    TEXT(bytes, "world");
    IS(is_end, false);
    IS(stream_read(other, bytes, 0, &is_end), 0);
    IS(is_end, false);
    IS(stream_wait_read(other, bytes, 6, &is_end), 6);
    bytes[6] = '\0';
    TEXT(bytes, "hello ");
    IS(stream_skip(other, 8, &is_end), 8);
    IS(stream_wait_read(other, bytes, 65536, &is_end), 65536);
    IS(bytes[0] | bytes[65535], 0);
    IS(is_end, false);
    IS(stream_wait_read(other, bytes, 10, &is_end), 0);
    IS(is_end, true);
    IS(stream_skip(other, 10, &is_end), 0);
    IS(is_end, true);

    const handle copy =
        good(open_file(folder, FOLLOWS, "copy", CREATES, READS | WRITES, READABLE | WRITABLE));
    const handle to = good(writer(copy, 0)), from = good(reader(file, 0));
    IS(stream_splice(to, from, 11, &is_end), 11);
    IS(is_end, false);
    IS(stream_forward(to, from), 3 + 65536);
    IS(stream_splice(to, from, 11, &is_end), 0);
    IS(is_end, true);
    IS(stream_forward(to, from), 0);

    const handle end_of = good(appender(file));
    IS(stream_write(end_of, "!", 1), 1);
    IS(stream_wait_read(in, bytes, 3, &is_end), 3);
    const handle last = good(reader(file, 11 + 3 + 65536));
    IS(stream_wait_read(last, bytes, 9, &is_end), 1);
    IS(bytes[0], '!');
    drop_input(in), drop_input(other), drop_input(from), drop_input(last);
    drop_output(out), drop_output(to), drop_output(end_of);

    const handle read_only = good(open_file(folder, FOLLOWS, "file", 0, READS, 0));
    const handle write_only = good(open_file(folder, FOLLOWS, "file", 0, WRITES, 0));
    FAILS(writer(read_only, 0), "bad-descriptor");
    FAILS(appender(read_only), "bad-descriptor");
    FAILS(reader(write_only, 0), "bad-descriptor");
    return done();
}
