#define _GNU_SOURCE
#include "wali/native/base/host_maps.h"

#include "wali/native/base/kernel.h"

#include <fcntl.h>

/* One byte after the other: `start-end access ...\n`, both addresses in hexadecimal. */
struct reader {
    uint64_t start, number;
    enum { IN_START, IN_END, IN_REST } part;
};

/* True if the byte ends the address `end`, which is reader->number then. */
static bool take(struct reader *reader, char c)
{
    if (c == '\n') {
        *reader = (struct reader){0, 0, IN_START};
    } else if (reader->part == IN_START && c == '-') {
        *reader = (struct reader){reader->number, 0, IN_END};
    } else if (reader->part == IN_END && c == ' ') {
        reader->part = IN_REST;
        return true;
    } else if (reader->part != IN_REST) {
        reader->number = reader->number * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return false;
}

bool host_maps_each(bool (*visit)(uint64_t start, uint64_t end, void *argument), void *argument)
{
    char text[4096];
    struct reader reader = {0, 0, IN_START};
    const int64_t fd = KERNEL(open, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
    int64_t n = fd < 0 ? fd : 1;
    bool goes_on = true;
    while (goes_on && n > 0) {
        n = KERNEL(read, fd, text, sizeof text);
        for (int64_t i = 0; goes_on && i < n; i++) {
            goes_on = !take(&reader, text[i]) || visit(reader.start, reader.number, argument);
        }
    }
    if (fd >= 0) {
        KERNEL(close, fd);
    }
    return goes_on && n == 0;
}
