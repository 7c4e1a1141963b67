/* keyctl(2): the operation says which arguments are numbers and which addresses. */
#include "abi/_generated/guest_structs.h"
#include "syscalls/_generated/handlers.h"
#include "syscalls/entry.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <linux/keyctl.h>

/* What the second to fifth argument of an operation are: a number, a string, a buffer whose length
 * is the next argument, or a structure that holds numbers only.  Operations that are not listed
 * take numbers. */
enum { NUMBER, STRING, BUFFER, DH_PARAMS, PKEY_QUERY };

static const uint8_t shapes[][4] = {
    [KEYCTL_JOIN_SESSION_KEYRING] = {STRING},
    [KEYCTL_UPDATE] = {NUMBER, BUFFER},
    [KEYCTL_DESCRIBE] = {NUMBER, BUFFER},
    [KEYCTL_SEARCH] = {NUMBER, STRING, STRING},
    [KEYCTL_READ] = {NUMBER, BUFFER},
    [KEYCTL_INSTANTIATE] = {NUMBER, BUFFER},
    [KEYCTL_GET_SECURITY] = {NUMBER, BUFFER},
    [KEYCTL_DH_COMPUTE] = {DH_PARAMS, BUFFER},
    [KEYCTL_PKEY_QUERY] = {NUMBER, NUMBER, STRING, PKEY_QUERY},
    [KEYCTL_RESTRICT_KEYRING] = {NUMBER, STRING, STRING},
    [KEYCTL_CAPABILITIES] = {BUFFER},
    [KEYCTL_WATCH_KEY] = {NUMBER},
};
#define OPERATIONS (int32_t)(sizeof shapes / sizeof shapes[0])

static uint64_t argument(uint8_t shape, uint32_t value, uint32_t next)
{
    switch (shape) {
    case STRING: /* a page at most: the kernel stops at the string's end, or in the guard */
        return (uint64_t)host_pointer(gaddr(value), 1);
    case BUFFER:
        return (uint64_t)host_pointer(gaddr(value), next);
    case DH_PARAMS:
        return (uint64_t)host_pointer(gaddr(value), sizeof(struct keyctl_dh_params));
    case PKEY_QUERY:
        return (uint64_t)host_pointer(gaddr(value), sizeof(struct keyctl_pkey_query));
    default:
        return value;
    }
}

static int64_t instantiate_iov(uint32_t key, uint32_t vector, uint32_t count, uint32_t keyring)
{
    struct iovec host[UIO_MAXIOV];
    return KERNEL(keyctl, KEYCTL_INSTANTIATE_IOV, key,
                  vector == 0 ? NULL : iovec_in(host, gaddr(vector), count), count, keyring);
}

/* KEYCTL_DH_COMPUTE.  The fifth argument says how to derive a key from the secret, in a structure
 * with addresses. */
static int64_t dh_compute(uint64_t params, uint64_t buffer, uint32_t length, uint32_t kdf)
{
    if (kdf == 0) {
        return KERNEL(keyctl, KEYCTL_DH_COMPUTE, params, buffer, length, NULL);
    }
    struct wali_keyctl_kdf_params given;
    if (!copy_in(&given, gaddr(kdf), sizeof given)) {
        return -EFAULT;
    }
    struct keyctl_kdf_params host = {
        .hashname = host_pointer(gaddr(given.hashname), 1),
        .otherinfo = host_pointer(gaddr(given.otherinfo), given.otherinfolen),
        .otherinfolen = given.otherinfolen,
    };
    memcpy(host.__spare, given.spare, sizeof host.__spare);
    return KERNEL(keyctl, KEYCTL_DH_COMPUTE, params, buffer, length, &host);
}

/* Encrypts, decrypts, signs or verifies.  The lengths are in the parameters, which are copied so
 * that the kernel takes the lengths that were checked. */
static int64_t use_public_key(int32_t operation, uint32_t from, uint32_t info, uint32_t in, uint32_t other)
{
    struct keyctl_pkey_params params;
    if (!copy_in(&params, gaddr(from), sizeof params)) {
        return -EFAULT;
    }
    return KERNEL(keyctl, operation, &params, host_pointer(gaddr(info), 1),
                  host_pointer(gaddr(in), params.in_len), host_pointer(gaddr(other), params.out_len));
}

int64_t sys_keyctl(int32_t operation, uint32_t arg2, uint32_t arg3, uint32_t arg4, uint32_t arg5)
{
    switch (operation) {
    case KEYCTL_INSTANTIATE_IOV:
        return instantiate_iov(arg2, arg3, arg4, arg5);
    case KEYCTL_PKEY_ENCRYPT:
    case KEYCTL_PKEY_DECRYPT:
    case KEYCTL_PKEY_SIGN:
    case KEYCTL_PKEY_VERIFY:
        return use_public_key(operation, arg2, arg3, arg4, arg5);
    default:
        break;
    }
    /* An operation of a newer kernel could follow an address. */
    if (operation < 0 || operation >= OPERATIONS) {
        return -EOPNOTSUPP;
    }
    const uint8_t *shape = shapes[operation];
    const uint64_t a2 = argument(shape[0], arg2, arg3), a3 = argument(shape[1], arg3, arg4);
    if (operation == KEYCTL_DH_COMPUTE) {
        return dh_compute(a2, a3, arg4, arg5);
    }
    return KERNEL_WAIT(keyctl, operation, a2, a3, argument(shape[2], arg4, arg5),
                       argument(shape[3], arg5, 0));
}
