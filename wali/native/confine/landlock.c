#include "wali/native/confine/landlock.h"

#include "wali/native/base/kernel.h"

#include <stddef.h>

#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define ASK_VERSION 1
#define BENEATH_PATH 1
#define AT_PORT 2

struct version {
    int first;
    int file_rights; /* bits from 0 on */
    uint64_t net, scopes;
    size_t size; /* bytes of struct landlock_handled that the version knows */
};

static const struct version versions[] = {
    {6, 16, 3, 3, 24}, {5, 16, 3, 0, 16}, {4, 15, 3, 0, 16},
    {3, 15, 0, 0, 8},  {2, 14, 0, 0, 8},  {1, 13, 0, 0, 8},
};

static const struct version *version_of(int64_t known)
{
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (known >= versions[i].first) {
            return &versions[i];
        }
    }
    return NULL;
}

int64_t landlock_version(void)
{
    return KERNEL_NR(CREATE_RULESET, 0, 0, ASK_VERSION);
}

struct landlock_handled landlock_all(int64_t version)
{
    const struct version *of = version_of(version);
    return of == NULL ? (struct landlock_handled){0}
                      : (struct landlock_handled){(UINT64_C(1) << of->file_rights) - 1, of->net, of->scopes};
}

int64_t landlock_rules(int64_t version, const struct landlock_handled *handled)
{
    const struct version *of = version_of(version);
    const struct landlock_handled all = landlock_all(version);
    const struct landlock_handled known = {handled->files & all.files, handled->net & all.net,
                                           handled->scopes & all.scopes};
    return of == NULL ? -ENOSYS : KERNEL_NR(CREATE_RULESET, &known, of->size, 0);
}

int64_t landlock_give_path(int64_t rules, int fd, uint64_t rights)
{
    const struct {
        uint64_t rights;
        int32_t fd;
    } __attribute__((packed)) rule = {rights, fd};
    return KERNEL_NR(ADD_RULE, rules, BENEATH_PATH, &rule, 0);
}

int64_t landlock_give_port(int64_t rules, uint16_t port, uint64_t rights)
{
    const struct {
        uint64_t rights, port;
    } rule = {rights, port};
    return KERNEL_NR(ADD_RULE, rules, AT_PORT, &rule, 0);
}

int64_t landlock_apply(int64_t rules)
{
    const int64_t result = KERNEL_NR(RESTRICT_SELF, rules, 0);
    KERNEL(close, rules);
    return result;
}
