/* CALLS: mmap */
#include "check.h"

#include <fnmatch.h>
#include <regex.h>

static void try(const char *pattern, const char *text, int flags)
{
    regex_t expression;
    regmatch_t found[4];
    int status = regcomp(&expression, pattern, flags);
    if (status != 0) {
        say("/%s/: %s", pattern,
            status == REG_EPAREN || status == REG_EBRACK || status == REG_BADRPT ? "wrong" : "?");
        return;
    }
    status = regexec(&expression, text, 4, found, 0);
    printf("/%s/ in \"%s\":", pattern, text);
    for (int i = 0; status == 0 && i < 4 && found[i].rm_so >= 0; i++) {
        printf(" %lld-%lld", (long long)found[i].rm_so, (long long)found[i].rm_eo);
    }
    puts(status == 0 ? "" : " no");
    regfree(&expression);
}

int main(void)
{
    try("ab*c", "xxabbbcxx", 0);
    try("([a-z]+)@([a-z]+)\\.org", "mail to someone@example.org now", REG_EXTENDED);
    try("^(a|ab)(c|bcd)(d*)$", "abcd", REG_EXTENDED);
    try("colou?r", "COLOR", REG_EXTENDED | REG_ICASE);
    try("[[:digit:]]{2,3}", "a1b22c333", REG_EXTENDED);
    try("\\(x\\)\\1", "yxxy", 0);
    try("^$", "", 0);
    try("a.c", "a\nc", REG_EXTENDED | REG_NEWLINE);
    try("^b", "a\nb", REG_EXTENDED | REG_NEWLINE);
    try("(unclosed", "", REG_EXTENDED);
    try("[unclosed", "", REG_EXTENDED);
    try("(a+)+b", "aaaaaaaaaaaaaaaaaaaac", REG_EXTENDED);

    IS(fnmatch("*.c", "file.c", 0), 0);
    IS(fnmatch("*.c", "dir/file.c", FNM_PATHNAME), FNM_NOMATCH);
    IS(fnmatch("[!a-c]?", "dx", 0), 0);
    IS(fnmatch("*", ".hidden", FNM_PERIOD), FNM_NOMATCH);
    return done();
}
