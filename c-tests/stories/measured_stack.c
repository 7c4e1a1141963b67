/* Programs that stop a recursion in time, because they measure how far the address of a local is
 * from that of their first function: parsers by recursive descent, and interpreters. */
#include "check.h"

#include <pthread.h>
#include <setjmp.h>

#define LIMIT 65536

static _Thread_local uintptr_t first;
static _Thread_local jmp_buf too_deep;

__attribute__((noinline)) static bool is_deep(void)
{
    volatile char here = 0;
    const uintptr_t at = (uintptr_t)&here;
    return (at < first ? first - at : at - first) > LIMIT;
}

/* Keeps nothing in memory, and answers an error. */
__attribute__((noinline)) static int nested(const char **text)
{
    int inner = 0;
    if (is_deep()) {
        return -1;
    }
    while (**text == '[') {
        ++*text;
        const int found = nested(text);
        if (found < 0) {
            return -1;
        }
        inner += found;
        if (**text == ']') {
            ++*text;
        }
    }
    return inner + 1;
}

/* By turns, and leaves by a jump. */
static long sum(const char *text, long n);

__attribute__((noinline)) static long product(const char *text, long n)
{
    if (is_deep()) {
        longjmp(too_deep, 1);
    }
    return text[n] == '(' ? sum(text, n + 1) * 3 + 1 : 1;
}

__attribute__((noinline)) static long sum(const char *text, long n)
{
    return text[n] == '(' ? product(text, n + 1) + product(text, n + 2) : 2;
}

static char *repeated(char c, size_t count)
{
    char *text = malloc(count + 2);
    memset(text, c, count);
    text[count] = text[count + 1] = '\0';
    return text;
}

static void *both(void *count)
{
    volatile char local = 0;
    const size_t size = (size_t)count;
    char *brackets = repeated('[', size), *open = repeated('(', size);
    first = (uintptr_t)&local;
    for (volatile int i = 0; i < 5; i++) {
        const char *text = brackets, *shallow = "[[][]]";
        say("nested: %d, %d", nested(&text), nested(&shallow));
        if (setjmp(too_deep) == 0) {
            say("sum: %d", (int)sum(open, 0));
        } else {
            say("sum: too deep");
        }
        say("sum: %d", (int)sum("((", 0));
    }
    free(brackets);
    free(open);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    both((void *)10000000);
    OK(pthread_create(&thread, NULL, both, (void *)10000000));
    OK(pthread_join(thread, NULL));
    return done();
}
