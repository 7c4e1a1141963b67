#include "wali/native/confine/file_rules.h"

#include "wali/native/confine/landlock.h"

bool file_rules_apply(void)
{
    /* All that is named is forbidden, for no rule allows any of it. */
    const int64_t version = landlock_version();
    const struct landlock_handled all = landlock_all(version);
    const int64_t rules = landlock_rules(version, &all);
    return rules >= 0 && landlock_apply(rules) == 0;
}
