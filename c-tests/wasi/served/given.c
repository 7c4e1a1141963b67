/* Nothing was given but the streams and the name. */
#include "preview1.h"

int main(void)
{
    uint32_t count = 77, size = 77, prestat[2], fd;
    GIVES(p1_environ_sizes_get(&count, &size), W_SUCCESS);
    CHECK(count == 0 && size == 0);
    GIVES(p1_args_sizes_get(&count, &size), W_SUCCESS);
    IS(count, 1);
    for (uint32_t number = 0; number < 20; number++) {
        CHECK(p1_fd_prestat_get(number, prestat) == W_BADF);
        CHECK(p1_path_open(number, 0, P("file"), 0, RIGHT_READ, 0, 0, &fd) != W_SUCCESS);
    }
    return done();
}
