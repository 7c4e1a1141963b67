/* What Lua asks for and WASI has not. */
#include <errno.h>
#include <stdio.h>

int system(const char *command)
{
    errno = ENOSYS;
    return command == NULL ? 0 : -1;
}

FILE *tmpfile(void)
{
    errno = ENOSYS;
    return NULL;
}
