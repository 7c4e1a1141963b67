/* CALLS: open, mmap */
/* Multibyte characters in a UTF-8 locale, and the C locale's conventions. */
#include "check.h"

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
    TEXT(localeconv()->decimal_point, ".");
    TEXT(setlocale(LC_ALL, NULL), "C");
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        skip("there is no UTF-8 locale here");
    }
    const char *text = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z";
    wchar_t wide[16];
    IS(mbstowcs(wide, text, 16), 5);
    for (int i = 0; i < 5; i++) {
        say("U+%04X", (unsigned)wide[i]);
    }
    char back[32];
    IS(wcstombs(back, wide, sizeof back), 11);
    CHECK(strcmp(back, text) == 0);
    mbstate_t state = {0};
    wchar_t one;
    CHECK(mbrtowc(&one, "\xe2\x82", 2, &state) == (size_t)-2);
    IS(mbrtowc(&one, "\xac", 1, &state), 1);
    IS(one, 0x20ac);
    CHECK(mbrtowc(&one, "\xff", 1, &state) == (size_t)-1 && errno == EILSEQ);
    IS(towupper(0xe4), 0xc4);
    CHECK(iswalpha(0xe4) && !iswalpha(0x20ac));
    IS(wcslen(L"wide"), 4);
    IS(wcscmp(L"a", L"b") < 0, 1);
    IS(wcstol(L"-77", NULL, 10), -77);
    wchar_t formatted[32];
    IS(swprintf(formatted, 32, L"%d %ls", 5, L"five"), 6);
    return done();
}
