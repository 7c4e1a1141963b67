#include "wali/native/sandbox/denied_calls.h"

#include "syscalls/rows.h"
#include "wali/native/base/kernel.h"
#include "wali/native/sandbox/filter_set.h"
#include "wali/native/seccomp/filters.h"

#include <string.h>
#include <sys/prctl.h>

static bool is_name(const char *name, const char *word, size_t length)
{
    return strncmp(name, word, length) == 0 && name[length] == '\0';
}

/* Adds what one word names.  False if it names nothing. */
static bool add_word(struct call_set *set, const char *word, size_t length)
{
    for (size_t i = 0; i < call_family_count && length > 0 && word[0] == '%'; i++) {
        if (is_name(call_families[i].name, word + 1, length - 1)) {
            call_set_add(set, &call_families[i].calls);
            return true;
        }
    }
    bool found = false;
    for (size_t i = 0; i < wali_row_count;
         i++) { /* a name of the kernel's, or another one of the same call */
        if (is_name(wali_rows[i].name, word, length)) {
            call_set_put(set, (uint32_t)wali_rows[i].number);
            found = true;
        }
    }
    return found;
}

static int add_words(struct call_set *set, const char *option, int count, const char *const *texts,
                     wali_error *error)
{
    for (int i = 0; i < count; i++) {
        for (const char *word = texts[i];;) {
            const size_t length = strcspn(word, ",");
            if (!add_word(set, word, length)) {
                return error_set(error, WALI_ERROR_USAGE, 0, "%s %.*s: no such system call or %%family",
                                 option, (int)(length < 64 ? length : 64), word);
            }
            if (word[length] == '\0') {
                break;
            }
            word += length + 1;
        }
    }
    return 0;
}

int denied_calls_apply(const wali_config *config, struct wali_thread *first, wali_error *error)
{
    struct filter_program program;
    struct call_set denied = {{0}}, allowed = {{0}};
    if (config->deny_count == 0) {
        return config->allow_count == 0 ? 0
                                        : error_set(error, WALI_ERROR_USAGE, 0,
                                                    "--allow takes back what --deny denies: give that");
    }
    if (add_words(&denied, "--deny", config->deny_count, config->deny, error) != 0 ||
        add_words(&allowed, "--allow", config->allow_count, config->allow, error) != 0) {
        return -1;
    }
    call_set_remove(&denied, &allowed);
    filter_begin(&program);
    filter_calls(&program, 1U << 30, UINT32_MAX, SECCOMP_RET_ERRNO | EPERM); /* x32's numbers */
    filter_call_set(&program, &denied, SECCOMP_RET_ERRNO | EPERM);
    filter_answer(&program, SECCOMP_RET_ALLOW);
    /* Or else a native program could not be given the filter. */
    KERNEL(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return program.length < FILTER_MOST && seccomp_add(first, program.code, program.length, 0) == 0
               ? 0
               : error_set(error, WALI_ERROR_IO, 0, "--deny: the filter cannot be installed");
}
