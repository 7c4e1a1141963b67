/* CALLS: mmap */
/* The environment arrives whole, and can be changed. */
#include "check.h"

extern char **environ;

static void show(const char *name)
{
    const char *value = getenv(name);
    say("%s: %s%s%s", name, value ? "\"" : "", value ? value : "unset", value ? "\"" : "");
}

int main(void)
{
    show("FIRST"), show("EMPTY"), show("EQUALS"), show("SPACES"), show("UTF8"), show("NONE"), show("LANG");
    int listed = 0, without = 0;
    for (char **entry = environ; *entry; entry++) {
        listed += strncmp(*entry, "FIRST=", 6) == 0;
        without += strchr(*entry, '=') == NULL;
    }
    IS(listed, 1);
    IS(without, 0);

    IS(setenv("FIRST", "changed", 0), 0);
    show("FIRST");
    IS(setenv("FIRST", "changed", 1), 0);
    show("FIRST");
    IS(setenv("NEW", "", 1), 0);
    show("NEW");
    IS(unsetenv("EMPTY"), 0);
    show("EMPTY");
    static char entry[] = "PUT=value";
    IS(putenv(entry), 0);
    strcpy(entry + 4, "alter");
    show("PUT");
    ERR(setenv("", "x", 1), EINVAL);
    ERR(setenv("A=B", "x", 1), EINVAL);
    ERR(unsetenv("A=B"), EINVAL);
    for (int i = 0; i < 1000; i++) {
        char name[16], value[16];
        snprintf(name, sizeof name, "N%d", i), snprintf(value, sizeof value, "%d", i * i);
        setenv(name, value, 1);
    }
    show("N999");
    clearenv();
    show("FIRST");
    return done();
}
