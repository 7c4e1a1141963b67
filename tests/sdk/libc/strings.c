/* libc's strings against musl's own, which are linked in under the names ref_*: the same answers and
 * the same bytes written, next to pages that may not be touched. Prints "same", or the first difference. */
#include "arenas.h"

static struct arena left, right, mine, theirs;
static char set[8];

static void fill(char *s, size_t n)
{
    static const char *const alphabets[] = {"ab", "aAbB@[`{Zz", "\x01\x7f\x80\x81\xff", "aaaaaaaaaaaaaaab"};
    const char *letters = alphabets[pick(4)];
    size_t many = strlen(letters);
    bool any = pick(5) == 0;
    for (size_t i = 0; i < n; i++)
        s[i] = any ? (char)(1 + pick(255)) : letters[pick(many)];
}

static char *text(struct arena *a, size_t n)
{
    char *s = place(a, n + 1);
    fill(s, n);
    s[n] = 0;
    return s;
}

static size_t length(void)
{
    switch (pick(8)) {
    case 0: return pick(4);
    case 1: return pick(5000);
    case 2: return 200 + pick(600);
    default: return pick(80);
    }
}

static size_t limit(size_t n)
{
    switch (pick(5)) {
    case 0: return SIZE_MAX;
    case 1: return SIZE_MAX - pick(40);
    case 2: return n;
    default: return pick(n + 20);
    }
}

static void searches(void)
{
    size_t n = length();
    char *s = text(&left, n);
    int c = pick(3) ? s[n ? pick(n) : 0] : (int)pick(256) - 128;
    SAME(strlen(s), ref_strlen(s));
    size_t l = limit(n);
    SAME(strnlen(s, l), ref_strnlen(s, l));
    SAME(strchr(s, c), ref_strchr(s, c));
    SAME(strchr(s, c + 256), ref_strchr(s, c + 256));
    SAME(strchrnul(s, c), ref_strchrnul(s, c));
    SAME(strrchr(s, c), ref_strrchr(s, c));
    SAME(memchr(s, c, n), ref_memchr(s, c, n));
    SAME(memchr(s, 0, l > n ? l : n + 1), s + n);
    SAME(memrchr(s, c, n), ref_memrchr(s, c, n));
    SAME(memrchr(s, c, n + 1), ref_memrchr(s, c, n + 1));
    size_t many = pick(7);
    for (size_t i = 0; i < many; i++)
        set[i] = n && pick(3) ? s[pick(n)] : (char)(1 + pick(255));
    set[many] = 0;
    SAME(strspn(s, set), ref_strspn(s, set));
    SAME(strcspn(s, set), ref_strcspn(s, set));
    SAME(strpbrk(s, set), ref_strpbrk(s, set));
}

/* Two strings that are alike for a while. */
static void comparisons(void)
{
    size_t n = length(), m = pick(3) ? n : length();
    char *a = text(&left, n), *b = text(&right, m);
    memmove(b, a, n < m ? n : m);
    for (size_t i = pick(3); i && m; i--)
        b[pick(m)] ^= pick(2) ? 32 : (char)(1 + pick(255));
    b[m] = 0;
    size_t least = n < m ? n : m, l = limit(n);
    SAME(sign(strcmp(a, b)), sign(ref_strcmp(a, b)));
    SAME(sign(strncmp(a, b, l)), sign(ref_strncmp(a, b, l)));
    SAME(sign(strcasecmp(a, b)), sign(ref_strcasecmp(a, b)));
    SAME(sign(strncasecmp(a, b, l)), sign(ref_strncasecmp(a, b, l)));
    SAME(sign(memcmp(a, b, least)), sign(ref_memcmp(a, b, least)));
    /* Strings that no end follows are compared as far as the limit, or the difference. */
    char *c = place(&left, least), *d = place(&right, least);
    fill(c, least);
    memmove(d, c, least);
    SAME(strncmp(c, d, least), 0);
    SAME(strncasecmp(c, d, least), 0);
    if (least) {
        d[pick(least)] ^= 1;
        SAME(sign(strncmp(c, d, least)), sign(ref_strncmp(c, d, least)));
        SAME(sign(strncmp(c, d, SIZE_MAX)), sign(ref_strncmp(c, d, SIZE_MAX)));
        SAME(sign(memcmp(c, d, least)), sign(ref_memcmp(c, d, least)));
    }
}

static void needles(void)
{
    size_t n = length(), l = pick(4) ? pick(12) : length();
    char *s = text(&left, n), *t = text(&right, l);
    if (n && l <= n && pick(3)) { /* one that is there, perhaps but for a byte */
        memmove(t, s + pick(n - l + 1), l);
        if (l && pick(3) == 0) t[pick(l)] ^= 1;
        l = ref_strlen(t);
    }
    SAME(strstr(s, t), ref_strstr(s, t));
    SAME(memmem(s, n, t, l), ref_memmem(s, n, t, l));
    char *u = place(&left, n);
    fill(u, n);
    SAME(memmem(u, n, t, l), ref_memmem(u, n, t, l));
}

static bool equal_arenas(void)
{
    return ref_memcmp(mine.base, theirs.base, mine.size) == 0;
}

/* The same offset in both, so that all bytes of both must be equal afterwards. */
#define WRITES(n, call, reference) do { \
    char *d = place(&mine, (n)), *e = theirs.base + (d - mine.base); \
    SAME_AT(call, d, reference, e); \
    if (!equal_arenas()) different(#call " wrote other bytes", __LINE__); \
} while (0)

static void writes(void)
{
    size_t n = length(), l = pick(n + 40);
    char *s = text(&left, n);
    int c = (int)pick(256), at = s[n ? pick(n) : 0];
    WRITES(n, memcpy(d, s, n), ref_memcpy(e, s, n));
    WRITES(n, memset(d, c, n), ref_memset(e, c, n));
    WRITES(n + 1, strcpy(d, s), ref_strcpy(e, s));
    WRITES(n + 1, stpcpy(d, s), ref_stpcpy(e, s));
    WRITES(l, strncpy(d, s, l), ref_strncpy(e, s, l));
    WRITES(l, stpncpy(d, s, l), ref_stpncpy(e, s, l));
    WRITES(n + 1, memccpy(d, s, at, n), ref_memccpy(e, s, at, n));
    char *d = place(&mine, l), *e = theirs.base + (d - mine.base);
    SAME(strlcpy(d, s, l), ref_strlcpy(e, s, l));
    if (!equal_arenas()) different("strlcpy wrote other bytes", __LINE__);
    size_t to = pick(mine.size), from = pick(mine.size), most = mine.size - (to > from ? to : from);
    size_t k = pick(pick(2) ? most + 1 : most > 300 ? 300 : most + 1);
    memmove(mine.base + to, mine.base + from, k);
    ref_memmove(theirs.base + to, theirs.base + from, k);
    if (!equal_arenas()) different("memmove wrote other bytes", __LINE__);
}

static void wide(void)
{
    static const wchar_t letters[] = {L'a', L'b', 0x1000, -5, 0x7fffffff, 0x61000000, 0x6100};
    size_t n = length() / 4, m = pick(3) ? n : length() / 4;
    size_t off = pick(3) ? 0 : pick(4); /* not aligned, which machines allow */
    wchar_t *a = (wchar_t *)(place4(&left, (n + 1) * 4 + off)), *b = (wchar_t *)place4(&right, (m + 1) * 4);
    a = (wchar_t *)((char *)a + off);
    for (size_t i = 0; i < n; i++) a[i] = letters[pick(pick(2) ? 2 : 7)];
    for (size_t i = 0; i < m; i++) b[i] = i < n ? a[i] : L'a';
    a[n] = b[m] = 0;
    if (m && pick(2)) b[pick(m)] = letters[pick(7)];
    wchar_t c = pick(2) ? letters[pick(7)] : a[pick(n + 1)];
    size_t l = limit(n), least = n < m ? n : m;
    SAME(wcslen(a), ref_wcslen(a));
    SAME(wcschr(a, c), ref_wcschr(a, c));
    SAME(wmemchr(a, c, n), ref_wmemchr(a, c, n));
    SAME(wmemchr(a, 0, l > n ? l : n + 1), a + n);
    SAME(wcscmp(a, b), ref_wcscmp(a, b));
    SAME(wcsncmp(a, b, l), ref_wcsncmp(a, b, l));
    SAME(wcsncmp(a, b, least), ref_wcsncmp(a, b, least));
    SAME(wmemcmp(a, b, least), ref_wmemcmp(a, b, least));
}

/* Every offset in a block, every length, every place of what is sought. */
static void exhaustive(void)
{
    char *page = left.base + left.size - 192;
    for (size_t offset = 0; offset < 33; offset++)
        for (size_t n = 0; n < 100; n++) {
            char *s = page + offset;
            ref_memset(s, 'x', n);
            s[n] = 0;
            SAME(strlen(s), n);
            for (size_t at = 0; at < n; at++) {
                s[at] = 'y';
                SAME(memchr(s, 'y', n), s + at);
                SAME(memchr(s, 'y', at), NULL);
                SAME(memrchr(s, 'y', n), s + at);
                SAME(memrchr(s, 'x', at + 1), at ? s + at - 1 : NULL);
                SAME(strchr(s, 'y'), s + at);
                SAME(strrchr(s, 'y'), s + at);
                SAME(strcspn(s, "yz"), at);
                SAME(strnlen(s, at), at);
                s[at] = 'x';
            }
        }
}

/* A needle that a search by its ends finds everywhere, and never whole. */
static void hard_needles(void)
{
    enum { N = 60000, L = 3000 };
    static char h[N + 1], n[L + 1];
    memset(h, 'a', N);
    memset(n, 'a', L);
    n[L / 2] = 'b';
    SAME(strstr(h, n), NULL);
    SAME(memmem(h, N, n, L), NULL);
    ref_memcpy(h + N - L, n, L);
    SAME(strstr(h, n), h + N - L);
    SAME(memmem(h, N, n, L), h + N - L);
}

static void all(int rounds)
{
    exhaustive();
    for (int i = 0; i < rounds; i++) {
        searches();
        comparisons();
        needles();
        writes();
        wide();
    }
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 20000;
    left = arena(3), right = arena(3), mine = arena(3), theirs = arena(3);
    hard_needles();
    all(rounds);
    if (argc > 2 && last_page(&left)) { /* the end of what 32 bits reach */
        all(rounds / 4);
        right = left, left = arena(3);
        all(rounds / 4);
        puts("the last page, too");
    }
    puts("same");
    return 0;
}
