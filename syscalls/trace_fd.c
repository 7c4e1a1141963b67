/* The paths of descriptors, for the trace's -y. */
#define _GNU_SOURCE
#include "syscalls/trace_text.h"
#include "wali/native/base/kernel.h"

#include <fcntl.h>

void put_fd_path(struct text *text, int32_t fd)
{
    char link[32] = "/proc/self/cwd";
    unsigned char path[1024];
    if (fd != AT_FDCWD) {
        struct text name = {link, link + sizeof link - 1};
        put_text(&name, "/proc/self/fd/");
        put_number(&name, (uint64_t)fd, 10);
        *name.at = '\0';
    }
    const int64_t length = KERNEL(readlink, link, path, sizeof path);
    if (length <= 0) {
        return;
    }
    put(text, '<');
    for (int64_t i = 0; i < length; i++) {
        if (path[i] == '<' || path[i] == '>') { /* which would end the name */
            put_text(text, path[i] == '<' ? "\\74" : "\\76");
        } else {
            put_escaped_byte(text, path[i], i + 1 < length ? path[i + 1] : 0);
        }
    }
    put(text, '>');
}
