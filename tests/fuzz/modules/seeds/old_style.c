/* A module with all that readers look at: names, DWARF, a table, calls by another type, variadic functions,
 * mutable globals, data. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pair {
    int first;
    const char *second;
};

static int sum(int count, ...)
{
    va_list numbers;
    int total = 0;
    va_start(numbers, count);
    while (count-- > 0) {
        total += va_arg(numbers, int);
    }
    va_end(numbers);
    return total;
}

static int one(struct pair *pair)
{
    return pair->first;
}

static int two(struct pair *pair, int more)
{
    return pair->first + more + sum(3, 1, 2, 3);
}

int main(int argc, char **argv)
{
    static struct pair pairs[2] = {{1, "one"}, {2, "two"}};
    int (*functions[2])(struct pair *, int) = {(int (*)(struct pair *, int))(void *)one, two};
    int result = 0;
    for (int i = argc > 5 ? 0 : 1; i < 2; i++) { /* the first one is of another type than the call */
        result += functions[i](&pairs[i], (int)strlen(argv[0]));
    }
    printf("%d %s\n", result != 0, pairs[argc % 2].second);
    return 0;
}
