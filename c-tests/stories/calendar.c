/* CALLS: clock_gettime */
/* mktime, gmtime, strftime and strptime under several rules for local time. */
#include "check.h"

#include <time.h>

static void show(const char *zone, long long seconds)
{
    setenv("TZ", zone, 1);
    tzset();
    time_t when = (time_t)seconds;
    struct tm broken;
    char text[128];
    localtime_r(&when, &broken);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z %z %a %b %j %U %V %u %p %I %y %C %e", &broken);
    say("%s %lld: %s, dst %d", zone, seconds, text, broken.tm_isdst);
    CHECK(mktime(&broken) == when);
}

int main(void)
{
    static const char *const zones[] = {"UTC0", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3",
                                        "IST-5:30", "<-03>3"};
    static const long long moments[] = {0, 951782399, 1700000000, 2147483648, 4102444800, -86400 * 365};
    for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
        for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
            show(zones[z], moments[m]);
        }
    }
    setenv("TZ", "UTC0", 1);
    struct tm odd = {.tm_year = 124, .tm_mon = 13, .tm_mday = 0, .tm_hour = 25, .tm_min = -1, .tm_sec = 61};
    say("%lld", (long long)mktime(&odd));
    say("%d-%d-%d %d:%d:%d", odd.tm_year, odd.tm_mon, odd.tm_mday, odd.tm_hour, odd.tm_min, odd.tm_sec);
    IS(timegm(&(struct tm){.tm_year = 70, .tm_mday = 1}), 0);
    struct tm parsed = {0};
    CHECK(*strptime("2024-02-29 13:45:59 rest", "%Y-%m-%d %H:%M:%S", &parsed) == ' ');
    IS(timegm(&parsed), 1709214359);
    char text[64];
    IS(strftime(text, 5, "%Y-%m", &parsed), 0);
    TEXT(asctime(&(struct tm){.tm_year = 99, .tm_mon = 11, .tm_mday = 31, .tm_wday = 5}),
         "Fri Dec 31 00:00:00 1999\n");
    IS((long long)difftime(100, 40), 60);
    time_t now = time(NULL);
    CHECK(now > 1600000000 && now < 4102444800);
    return done();
}
