/* Calls whose structure grows with each kernel, and tells its own size: mount_setattr(2),
 * sched_setattr(2), statmount(2), landlock_create_ruleset(2), ...  None holds an address today.  A
 * later kernel may find one in what it adds, so it sees as much as is known here.  As to an older
 * kernel, what is behind that must be 0. */
#define _GNU_SOURCE
#include "syscalls/_generated/handlers.h"
#include "syscalls/handlers/host_pointer.h"
#include "wali/native/base/kernel.h"

#include <errno.h>
#include <string.h>

/* What is known of each, in bytes. */
#define MOUNT_ATTR 32
#define FILE_ATTR 24
#define RULESET_ATTR 24 /* to landlock's sixth version: files, network, scopes */
#define SCHED_ATTR 56
#define ID_REQUEST 32 /* struct mnt_id_req, struct ns_id_req */
#define LONGEST 56

/* 0; -E2BIG if a byte of [from, from + size) is not 0; -EFAULT. */
static int64_t is_zero(gaddr_t from, uint32_t size)
{
    uint8_t piece[64];
    for (uint32_t done = 0, n; done < size; done += n) {
        n = size - done < sizeof piece ? size - done : (uint32_t)sizeof piece;
        if (!copy_in(piece, gaddr_add(from, done), n)) {
            return -EFAULT;
        }
        for (uint32_t i = 0; i < n; i++) {
            if (piece[i] != 0) {
                return -E2BIG;
            }
        }
    }
    return 0;
}

/* Lowers *size to what is known.  0, or -errno as the kernel's copy_struct_from_user(): the callers
 * of that take a page at most. */
static int64_t cut(gaddr_t from, uint32_t *size, uint32_t known)
{
    if (*size <= known) {
        return 0;
    }
    if (*size > GUEST_PAGE) {
        return -E2BIG;
    }
    const int64_t result = is_zero(gaddr_add(from, known), *size - known);
    *size = result < 0 ? *size : known;
    return result;
}

/* A structure that begins with its size.  The kernel reads the copy, because the guest could change
 * the size after the check. */
struct sized {
    union {
        uint32_t size;
        uint8_t bytes[LONGEST];
    };
};

/* Copies the structure.  What the kernel is to be given: the copy, or an address where it finds
 * none.  Of a size that it refuses, it sees no more than that.  NULL and *failure for an error. */
static void *sized_in(struct sized *copy, gaddr_t from, uint32_t known, int64_t *failure)
{
    uint32_t size;
    memset(copy, 0, sizeof *copy);
    *failure = 0;
    if (!copy_in(&size, from, sizeof size)) {
        return NOWHERE;
    }
    const uint32_t given = size;
    *failure = cut(from, &size, known);
    if (*failure < 0 || !copy_in(copy->bytes, from, given < sizeof size ? known : size)) {
        return *failure < 0 ? NULL : NOWHERE;
    }
    copy->size = size;
    return copy;
}

int64_t sys_mount_setattr(int32_t dirfd, gaddr_t pathname, uint32_t flags, gaddr_t attr, uint32_t size)
{
    const int64_t failure = cut(attr, &size, MOUNT_ATTR);
    return failure < 0 ? failure
                       : KERNEL(mount_setattr, dirfd, host_pointer(pathname, 1), flags,
                                host_pointer(attr, size), size);
}

int64_t sys_open_tree_attr(int32_t dirfd, gaddr_t pathname, uint32_t flags, gaddr_t attr, uint32_t size)
{
    const int64_t failure = cut(attr, &size, MOUNT_ATTR);
    return failure < 0 ? failure
                       : KERNEL(open_tree_attr, dirfd, host_pointer(pathname, 1), flags,
                                host_pointer(attr, size), size);
}

int64_t sys_file_setattr(int32_t dirfd, gaddr_t pathname, gaddr_t attr, uint32_t size, uint32_t at_flags)
{
    const int64_t failure = cut(attr, &size, FILE_ATTR);
    return failure < 0 ? failure
                       : KERNEL(file_setattr, dirfd, host_pointer(pathname, 1), host_pointer(attr, size),
                                size, at_flags);
}

int64_t sys_landlock_create_ruleset(gaddr_t attr, uint32_t size, uint32_t flags)
{
    const int64_t failure = cut(attr, &size, RULESET_ATTR);
    return failure < 0 ? failure : KERNEL(landlock_create_ruleset, host_pointer(attr, size), size, flags);
}

/* Of a kind of rule that is not known here, a later kernel finds no attributes. */
int64_t sys_landlock_add_rule(int32_t ruleset, int32_t type, gaddr_t attr, uint32_t flags)
{
    enum { PATH_BENEATH = 1, NET_PORT = 2, LONGEST_RULE = 16 };
    void *const host = type == PATH_BENEATH || type == NET_PORT ? host_pointer(attr, LONGEST_RULE) : NOWHERE;
    return KERNEL(landlock_add_rule, ruleset, type, host, flags);
}

/* If the kernel finds the structure too long, it stores the size that it knows (sched_setattr(2)). */
int64_t sys_sched_setattr(int32_t pid, gaddr_t attr, uint32_t flags)
{
    struct sized copy;
    int64_t failure;
    if (attr.v == 0) {
        return KERNEL(sched_setattr, pid, NULL, flags);
    }
    void *const host = sized_in(&copy, attr, SCHED_ATTR, &failure);
    const uint32_t given = copy.size;
    const int64_t result = failure < 0 ? failure : KERNEL(sched_setattr, pid, host, flags);
    if (result == -E2BIG) {
        const uint32_t known = failure < 0 || copy.size == given ? SCHED_ATTR : copy.size;
        copy_out(attr, &known, sizeof known);
    }
    return result;
}

int64_t sys_statmount(gaddr_t req, gaddr_t buf, uint32_t size, uint32_t flags)
{
    struct sized copy;
    int64_t failure;
    void *const host = sized_in(&copy, req, ID_REQUEST, &failure);
    return failure < 0 ? failure : KERNEL(statmount, host, host_pointer(buf, size), size, flags);
}

static int64_t list(int64_t call, gaddr_t req, gaddr_t ids, uint32_t count, uint32_t flags)
{
    struct sized copy;
    int64_t failure;
    void *const host = sized_in(&copy, req, ID_REQUEST, &failure);
    void *const to = host_pointer(ids, count * UINT64_C(8));
    return failure < 0 ? failure : KERNEL_NR(call, host, to, count, flags);
}

int64_t sys_listmount(gaddr_t req, gaddr_t ids, uint32_t count, uint32_t flags)
{
    return list(SYS_listmount, req, ids, count, flags);
}

int64_t sys_listns(gaddr_t req, gaddr_t ids, uint32_t count, uint32_t flags)
{
    return list(SYS_listns, req, ids, count, flags);
}
