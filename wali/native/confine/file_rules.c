#include "wali/native/confine/file_rules.h"

#include "wali/native/base/kernel.h"

#include <stddef.h>
#include <stdint.h>

/* The headers of older systems lack them. */
#define CREATE_RULESET 444
#define RESTRICT_SELF 446
#define ASK_VERSION 1

/* struct landlock_ruleset_attr, which has grown by versions. */
struct rules {
    uint64_t files, net, scopes;
};

struct version {
    int first;
    int file_rights; /* bits from 0 on */
    uint64_t net, scopes;
    size_t size; /* bytes of struct rules that the version knows */
};

static const struct version versions[] = {
    {6, 16, 3, 3, 24}, {5, 16, 3, 0, 16}, {4, 15, 3, 0, 16},
    {3, 15, 0, 0, 8},  {2, 14, 0, 0, 8},  {1, 13, 0, 0, 8},
};

bool file_rules_apply(void)
{
    const int64_t known = wali_syscall(CREATE_RULESET, 0, 0, ASK_VERSION, 0, 0, 0);
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        const struct version *version = &versions[i];
        if (known < version->first) {
            continue;
        }
        /* All that is named is forbidden, for no rule allows any of it. */
        const struct rules all = {(UINT64_C(1) << version->file_rights) - 1, version->net, version->scopes};
        const int64_t fd =
            wali_syscall(CREATE_RULESET, (int64_t)(uintptr_t)&all, (int64_t)version->size, 0, 0, 0, 0);
        if (fd < 0) {
            return false;
        }
        const bool applied = wali_syscall(RESTRICT_SELF, fd, 0, 0, 0, 0, 0) == 0;
        KERNEL(close, fd);
        return applied;
    }
    return false;
}
