/* CALLS: getgroups, setgroups */
#include "check.h"

int main(void)
{
    static unsigned groups[65536];
    long long count = OK(RAW(SYS_getgroups, 0, NULL));
    CHECK(RAW(SYS_getgroups, 65536, groups) == count);
    ERR(RAW(SYS_getgroups, -1, groups), EINVAL);
    if (geteuid() == 0 && RAW(SYS_setgroups, 3, ((unsigned[]){7, 0x80000000u, 5})) == 0) {
        CHECK(RAW(SYS_getgroups, 3, groups) == 3 && groups[0] == 5 && groups[1] == 7 &&
              groups[2] == 0x80000000u);
        CHECK(RAW(SYS_getgroups, 2, groups) == -1 && errno == EINVAL);
        CHECK(RAW(SYS_getgroups, 3, bad_pointer()) == -1 && errno == EFAULT);
        CHECK(RAW(SYS_setgroups, 3, bad_pointer()) == -1 && errno == EFAULT);
        CHECK(RAW(SYS_setgroups, 65537, groups) == -1 && errno == EINVAL);
        CHECK(RAW(SYS_setgroups, -1, groups) == -1 && errno == EINVAL);
        CHECK(RAW(SYS_setgroups, 0, NULL) == 0 && RAW(SYS_getgroups, 0, NULL) == 0);
    }
    become_ordinary_user();
    ERR(RAW(SYS_setgroups, 0, NULL), EPERM);
    ERR(RAW(SYS_setgroups, 1, groups), EPERM);
    return done();
}
