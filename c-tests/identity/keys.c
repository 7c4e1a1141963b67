/* CALLS: add_key, request_key */
#include "check.h"

#define PROCESS_KEYRING (-2)

int main(void)
{
    long long key = RAW(SYS_add_key, "user", "c-test", "secret", 6, PROCESS_KEYRING);
    if (key < 0) {
        skip("this kernel has no keys");
    }
    CHECK(key > 0);
    CHECK(RAW(SYS_request_key, "user", "c-test", NULL, 0) == key);
    CHECK(RAW(SYS_add_key, "user", "c-test", "other", 5, PROCESS_KEYRING) == key); /* an update */
    ERR(RAW(SYS_request_key, "user", "missing", NULL, 0), ENOKEY);
    ERR(RAW(SYS_add_key, "nonsense", "c-test", "secret", 6, PROCESS_KEYRING), ENODEV);
    ERR(RAW(SYS_add_key, "user", "c-test", NULL, 0, PROCESS_KEYRING), EINVAL);
    ERR(RAW(SYS_add_key, "user", "c-test", "secret", 6, -99), EINVAL);
    ERR(RAW(SYS_add_key, ".user", "c-test", "secret", 6, PROCESS_KEYRING), EPERM);
    ERR(RAW(SYS_add_key, bad_pointer(), "c-test", "secret", 6, PROCESS_KEYRING), EFAULT);
    ERR(RAW(SYS_add_key, "user", "c-test", bad_pointer(), 6, PROCESS_KEYRING), EFAULT);
    ERR(RAW(SYS_request_key, "user", bad_pointer(), NULL, 0), EFAULT);
    return done();
}
