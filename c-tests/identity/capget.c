/* CALLS: capget, capset */
#include "check.h"

struct header {
    uint32_t version;
    int32_t pid;
};

struct data {
    uint32_t effective, permitted, inheritable;
};

int main(void)
{
    struct header header = {0x20080522, 0};
    struct data data[2] = {{1, 1, 1}, {1, 1, 1}}, more[2];
    IS(RAW(SYS_capget, &header, data), 0);
    CHECK((data[0].effective & ~data[0].permitted) == 0);
    IS(RAW(SYS_capset, &header, data), 0); /* what it has */
    become_ordinary_user();
    IS(RAW(SYS_capget, &header, data), 0);
    memcpy(more, data, sizeof more);
    more[0].effective = more[0].permitted = ~0u;
    ERR(RAW(SYS_capset, &header, more), EPERM);
    struct header other = {0x20080522, 1};
    IS(RAW(SYS_capget, &other, data), 0);
    ERR(RAW(SYS_capset, &other, data), EPERM);
    other.pid = 0x7ffffff0;
    ERR(RAW(SYS_capget, &other, data), ESRCH);
    other.pid = -1;
    ERR(RAW(SYS_capget, &other, data), EINVAL);

    /* A version that it does not know: it says the one that it prefers. */
    struct header unknown = {1, 0};
    IS(RAW(SYS_capget, &unknown, NULL), 0);
    IS(unknown.version, 0x20080522);
    unknown.version = 1;
    ERR(RAW(SYS_capget, &unknown, data), EINVAL);
    ERR(RAW(SYS_capget, bad_pointer(), data), EFAULT);
    ERR(RAW(SYS_capget, &header, bad_pointer()), EFAULT);
    ERR(RAW(SYS_capset, bad_pointer(), data), EFAULT);
    ERR(RAW(SYS_capset, &header, bad_pointer()), EFAULT);
    return done();
}
