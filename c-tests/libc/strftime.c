#include "check.h"

#include <time.h>
#include <wchar.h>

/* What glibc's strftime writes beyond POSIX, and of conversions that nobody knows. */

static void writes(const char *format)
{
    struct tm tm = {
        .tm_year = 124, .tm_mon = 1, .tm_mday = 3, .tm_hour = 15, .tm_min = 4, .tm_sec = 5, .tm_wday = 6};
    char text[80] = "";
    size_t length = strftime(text, sizeof text, format, &tm);
    say("%s: %zu %s", format, length, text);

    wchar_t wide_format[80], wide[80] = L"";
    mbstowcs(wide_format, format, 80);
    size_t wide_length = wcsftime(wide, 80, wide_format, &tm);
    say("  %zu %ls", wide_length, wide);

    tm.tm_hour = 0;
    length = strftime(text, length + 1, format, &tm);
    say("  %zu %s", length, length ? text : "");
}

int main(void)
{
    writes("%k|%l|%P|%p|%I");
    writes("%-k|%0k|%-l|%0l|%_H|%-d");
    writes("%@ before and after %H:%M");
    writes("50%: %Y");
    writes("%!%~%=");
    writes("at the end %");
    writes("at the end %E");
    writes("at the end %-");
    writes("%Q %-@ %E@ %O@ %5Y %F");
    return done();
}
