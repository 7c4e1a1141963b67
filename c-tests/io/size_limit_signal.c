/* CALLS: setrlimit, write */
/* EXPECT: signal: 25 */
/* Beyond RLIMIT_FSIZE the default is death by SIGXFSZ. */
#include "check.h"

#include <sys/resource.h>

int main(void)
{
    int fd = make_file("file", "");
    struct rlimit no_core = {0, 0}, limit = {4, 4};
    OK(setrlimit(RLIMIT_CORE, &no_core));
    OK(setrlimit(RLIMIT_FSIZE, &limit));
    IS(write(fd, "01234567", 8), 4);
    write(fd, "x", 1) < 0 ? say("survived") : say("wrote");
    return done();
}
