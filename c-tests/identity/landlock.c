/* CALLS: landlock_create_ruleset, landlock_add_rule, landlock_restrict_self */
/* A sandbox: after it, files can be read below one directory, and be written nowhere. */
#include "check.h"

#include <sys/prctl.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define WRITE_FILE 2
#define READ_FILE 4

struct beneath {
    uint64_t allowed;
    int32_t directory;
} __attribute__((packed));

int main(void)
{
    uint64_t handled = READ_FILE | WRITE_FILE;
    if (RAW(SYS_landlock_create_ruleset, NULL, 0, 1) < 1) {
        skip("this kernel has no Landlock");
    }
    OK(mkdir("allowed", 0755));
    close(make_file("allowed/file", "inside"));
    close(make_file("file", "outside"));
    int rules = (int)OK(RAW(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
    struct beneath rule = {READ_FILE, (int)OK(open("allowed", O_PATH))};
    IS(RAW(SYS_landlock_add_rule, rules, 1, &rule, 0), 0);

    ERR(RAW(SYS_landlock_add_rule, rules, 99, &rule, 0), EINVAL);
    ERR(RAW(SYS_landlock_add_rule, rules, 1, &rule, 1u << 31), EINVAL);
    ERR(RAW(SYS_landlock_add_rule, -1, 1, &rule, 0), EBADF);
    ERR(RAW(SYS_landlock_add_rule, rules, 1, bad_pointer(), 0), EFAULT);
    ERR(RAW(SYS_landlock_create_ruleset, &handled, 4, 0), EINVAL);
    ERR(RAW(SYS_landlock_create_ruleset, &handled, 100000, 0), E2BIG);
    ERR(RAW(SYS_landlock_create_ruleset, bad_pointer(), sizeof handled, 0), EFAULT);

    become_ordinary_user();
    ERR(RAW(SYS_landlock_restrict_self, rules, 0), EPERM); /* no_new_privs comes first */
    OK(RAW(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    ERR(RAW(SYS_landlock_restrict_self, -1, 0), EBADF);
    ERR(RAW(SYS_landlock_restrict_self, rules, 1u << 31), EINVAL);
    IS(RAW(SYS_landlock_restrict_self, rules, 0), 0);
    TEXT(content_of("allowed/file"), "inside");
    ERR(open("file", O_RDONLY), EACCES);
    ERR(open("/etc/passwd", O_RDONLY), EACCES);
    ERR(open("new", O_CREAT | O_WRONLY, 0644), EACCES);
    return done();
}
