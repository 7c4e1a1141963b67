#include "check.h"

#include <time.h>

/* What glibc's strptime reads beyond POSIX. */

static void reads(const char *text, const char *format)
{
    struct tm tm = {.tm_gmtoff = 1};
    const char *rest = strptime(text, format, &tm);
    say("%s by %s: %s", text, format, rest ? "read" : "not read");
    if (rest) {
        say("  %d-%d-%d %d:%d:%d %ld, left: %s", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min,
            tm.tm_sec, tm.tm_gmtoff, rest);
    }
}

int main(void)
{
    setenv("TZ", "UTC0", 1);
    reads("10:00 +0530", "%H:%M %z");
    reads("10:00 -05:30", "%H:%M %z");
    reads("10:00+01", "%H:%M%z");
    reads("10:00 Z", "%H:%M %z");
    reads("10:00 +0560", "%H:%M %z");
    reads("10:00 +053", "%H:%M %z");
    reads("10:00 x", "%H:%M %z");
    reads("10:00 CEST rest", "%H:%M %Z");
    reads("2024-03-01", "%F");
    reads(" 7: 8", "%k:%M");
    reads("3 pm", "%l %p");
    reads(" 5 6", "%d %H");
    struct tm tm = {0};
    CHECK(strptime("3", "%u", &tm) != NULL && tm.tm_wday == 3);
    CHECK(strptime("7", "%u", &tm) != NULL && tm.tm_wday == 0);
    CHECK(strptime("8", "%u", &tm) == NULL);
    CHECK(strptime("1709287200", "%s", &tm) != NULL);
    IS(tm.tm_year * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday, 1240301);
    IS(tm.tm_hour, 10);
    CHECK(strptime("x", "%s", &tm) == NULL);
    return done();
}
