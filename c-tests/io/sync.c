/* CALLS: sync */
#include "check.h"

int main(void)
{
    close(make_file("file", "abc"));
    IS(RAW(SYS_sync), 0);
    TEXT(content_of("file"), "abc");
    return done();
}
