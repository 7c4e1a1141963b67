/* CALLS: keyctl, add_key */
#include "check.h"

#include <linux/keyctl.h>
#include <sys/uio.h>

#define PROCESS KEY_SPEC_PROCESS_KEYRING

static long long key(const char *name, const char *value)
{
    return RAW(SYS_add_key, "user", name, value, strlen(value), PROCESS);
}

static void life(void)
{
    char text[128];
    long long one = key("c-test", "secret"), ring = RAW(SYS_add_key, "keyring", "c-test-ring", NULL, 0, PROCESS);
    CHECK(ring > 0);
    OK(RAW(SYS_keyctl, KEYCTL_GET_KEYRING_ID, PROCESS, 0));
    IS(RAW(SYS_keyctl, KEYCTL_READ, one, text, sizeof text), 6);
    CHECK(memcmp(text, "secret", 6) == 0);
    IS(RAW(SYS_keyctl, KEYCTL_READ, one, NULL, 0), 6);
    memset(text, 'x', sizeof text);
    IS(RAW(SYS_keyctl, KEYCTL_READ, one, text, 3), 6); /* too small: as it was */
    CHECK(text[3] == 'x');
    IS(RAW(SYS_keyctl, KEYCTL_UPDATE, one, "changed", 7), 0);
    IS(RAW(SYS_keyctl, KEYCTL_READ, one, text, sizeof text), 7);
    CHECK(memcmp(text, "changed", 7) == 0);
    long long length = RAW(SYS_keyctl, KEYCTL_DESCRIBE, one, text, sizeof text);
    CHECK(length > 0 && length <= (long long)sizeof text && strstr(text, ";c-test") && strncmp(text, "user;", 5) == 0);
    IS(RAW(SYS_keyctl, KEYCTL_LINK, one, ring), 0);
    CHECK(RAW(SYS_keyctl, KEYCTL_SEARCH, ring, "user", "c-test", 0) == one);
    IS(RAW(SYS_keyctl, KEYCTL_READ, ring, text, sizeof text), 4);
    int32_t member;
    memcpy(&member, text, sizeof member);
    CHECK(member == one);
    IS(RAW(SYS_keyctl, KEYCTL_UNLINK, one, ring), 0);
    ERR(RAW(SYS_keyctl, KEYCTL_SEARCH, ring, "user", "c-test", 0), ENOKEY);
    IS(RAW(SYS_keyctl, KEYCTL_SETPERM, one, 0x3f3f0000), 0);
    IS(RAW(SYS_keyctl, KEYCTL_CHOWN, one, -1, -1), 0);
    IS(RAW(SYS_keyctl, KEYCTL_SET_TIMEOUT, one, 100), 0);
    IS(RAW(SYS_keyctl, KEYCTL_CLEAR, ring), 0);
    IS(RAW(SYS_keyctl, KEYCTL_RESTRICT_KEYRING, ring, NULL, NULL), 0);
    ERR(RAW(SYS_keyctl, KEYCTL_LINK, one, ring), EPERM);
    IS(RAW(SYS_keyctl, KEYCTL_REVOKE, one), 0);
    ERR(RAW(SYS_keyctl, KEYCTL_READ, one, text, sizeof text), EKEYREVOKED);
}

static void errors(void)
{
    char text[16];
    long long one = key("c-test-errors", "secret");
    ERR(RAW(SYS_keyctl, KEYCTL_READ, one, bad_pointer(), 16), EFAULT);
    ERR(RAW(SYS_keyctl, KEYCTL_DESCRIBE, one, bad_pointer(), 64), EFAULT);
    ERR(RAW(SYS_keyctl, KEYCTL_UPDATE, one, bad_pointer(), 4), EFAULT);
    ERR(RAW(SYS_keyctl, KEYCTL_UPDATE, one, "x", 0x7fffffff), EINVAL);
    ERR(RAW(SYS_keyctl, KEYCTL_SEARCH, PROCESS, bad_pointer(), "x", 0), EFAULT);
    ERR(RAW(SYS_keyctl, KEYCTL_SEARCH, PROCESS, "user", bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_keyctl, KEYCTL_READ, 0x7ffffff0, text, sizeof text), ENOKEY);
    ERR(RAW(SYS_keyctl, KEYCTL_READ, 0, text, sizeof text), ENOKEY);
    ERR(RAW(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, bad_pointer()), EFAULT);
    ERR(RAW(SYS_keyctl, 1000), EOPNOTSUPP);
    ERR(RAW(SYS_keyctl, -1), EOPNOTSUPP);
    /* Nobody asked this process to make a key. */
    struct iovec parts[2] = {{"ab", 2}, {"cd", 2}};
    ERR(RAW(SYS_keyctl, KEYCTL_INSTANTIATE, one, "x", 1, 0), EPERM);
    ERR(RAW(SYS_keyctl, KEYCTL_INSTANTIATE_IOV, one, parts, 2, 0), EPERM);
    ERR(RAW(SYS_keyctl, KEYCTL_NEGATE, one, 1, 0), EPERM);
    ERR(RAW(SYS_keyctl, KEYCTL_INSTANTIATE_IOV, one, bad_pointer(), 2, 0), EFAULT);
}

static void structures(void)
{
    unsigned char known[8] = {0};
    long long bytes = RAW(SYS_keyctl, KEYCTL_CAPABILITIES, known, sizeof known);
    if (bytes < 0) {
        return;
    }
    CHECK(bytes >= 1 && known[0] & KEYCTL_CAPS0_CAPABILITIES);
    ERR(RAW(SYS_keyctl, KEYCTL_CAPABILITIES, bad_pointer(), sizeof known), EFAULT);
    long long prime = key("c-test-prime", "\x17"), base = key("c-test-base", "\x05"), own = key("c-test-own", "\x06");
    if (known[0] & KEYCTL_CAPS0_DIFFIE_HELLMAN) {
        unsigned char shared[64];
        int32_t params[3] = {(int32_t)own, (int32_t)prime, (int32_t)base};
        long long size = RAW(SYS_keyctl, KEYCTL_DH_COMPUTE, params, NULL, 0, NULL);
        say("secret of %lld", size);
        ERR(RAW(SYS_keyctl, KEYCTL_DH_COMPUTE, bad_pointer(), shared, sizeof shared, NULL), EFAULT);
        struct keyctl_kdf_params kdf = {.hashname = "no-such-hash", .otherinfo = "other", .otherinfolen = 5};
        ERR(RAW(SYS_keyctl, KEYCTL_DH_COMPUTE, params, shared, sizeof shared, &kdf), ENOENT);
        kdf.hashname = bad_pointer();
        ERR(RAW(SYS_keyctl, KEYCTL_DH_COMPUTE, params, shared, sizeof shared, &kdf), EFAULT);
        ERR(RAW(SYS_keyctl, KEYCTL_DH_COMPUTE, params, shared, sizeof shared, bad_pointer()), EFAULT);
    }
    if (known[0] & KEYCTL_CAPS0_PUBLIC_KEY) {
        struct keyctl_pkey_query query;
        struct keyctl_pkey_params use = {.key_id = (int32_t)own, .in_len = 4, .out_len = 4};
        ERR(RAW(SYS_keyctl, KEYCTL_PKEY_QUERY, own, 0, "", &query), EOPNOTSUPP); /* a user key is none */
        ERR(RAW(SYS_keyctl, KEYCTL_PKEY_QUERY, own, 1, "", &query), EINVAL);
        ERR(RAW(SYS_keyctl, KEYCTL_PKEY_SIGN, &use, "", "data", known), EOPNOTSUPP);
        ERR(RAW(SYS_keyctl, KEYCTL_PKEY_SIGN, bad_pointer(), "", "data", known), EFAULT);
        ERR(RAW(SYS_keyctl, KEYCTL_PKEY_VERIFY, &use, bad_pointer(), "data", known), EFAULT);
    }
}

int main(void)
{
    if (key("c-test", "secret") < 0) {
        skip("this kernel has no keys");
    }
    /* Keyrings of its own: nothing of the user's is touched. */
    OK(RAW(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "c-test-session"));
    life();
    errors();
    structures();
    return done();
}
