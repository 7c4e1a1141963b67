#include "wali/native/seccomp/verdict.h"

#include "wali/native/seccomp/bpf.h"
#include "wali/native/seccomp/filters.h"

#include <stddef.h>

uint32_t seccomp_verdict(const struct seccomp_filter *newest, const struct seccomp_data *call)
{
    uint32_t verdict = SECCOMP_RET_ALLOW;
    for (const struct seccomp_filter *filter = newest; filter != NULL; filter = filter->older) {
        const uint32_t answer = bpf_run(filter->program, call);
        if ((int32_t)(answer & SECCOMP_RET_ACTION_FULL) < (int32_t)(verdict & SECCOMP_RET_ACTION_FULL)) {
            verdict = answer;
        }
    }
    return verdict;
}
