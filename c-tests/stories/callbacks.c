/* CALLS: write */
/* Indirect calls of many types, variadic functions, structs by value, computed gotos, thread-local and static
 * data. */
#include "check.h"

struct point {
    double x, y;
    int tag;
};

struct operation {
    const char *name;
    long long (*apply)(long long, long long);
};

static long long add(long long a, long long b)
{
    return a + b;
}

static long long multiply(long long a, long long b)
{
    return a * b;
}

static struct point turn(struct point p, float factor)
{
    return (struct point){-p.y * factor, p.x * factor, p.tag + 1};
}

static double total(int count, ...)
{
    va_list list, again;
    double sum = 0;
    va_start(list, count);
    va_copy(again, list);
    for (int i = 0; i < count; i++) {
        sum += i % 2 ? va_arg(list, double) : va_arg(list, int);
    }
    struct point last = {0};
    for (int i = 0; i < count; i++) {
        i % 2 ? (void)va_arg(again, double) : (void)va_arg(again, int);
    }
    last = va_arg(again, struct point);
    va_end(list);
    va_end(again);
    return sum + last.x;
}

static _Thread_local int per_thread = 5;

static int interpret(const unsigned char *code)
{
    static const void *const labels[] = {&&push, &&sum, &&twice, &&halt};
    int stack[8], top = 0;
    goto *labels[*code];
push:
    stack[top++] = code[1];
    code += 2;
    goto *labels[*code];
sum:
    top--, stack[top - 1] += stack[top];
    goto *labels[*++code];
twice:
    stack[top - 1] *= 2;
    goto *labels[*++code];
halt:
    return stack[top - 1];
}

int main(void)
{
    static const struct operation operations[] = {{"add", add}, {"multiply", multiply}};
    for (int i = 0; i < 2; i++) {
        say("%s %lld", operations[i].name, operations[i].apply(-3000000000, 7));
    }
    struct point (*volatile rotate)(struct point, float) = turn;
    struct point p = {1, 2, 3};
    for (int i = 0; i < 3; i++) {
        p = rotate(p, 2);
    }
    say("%g %g %d", p.x, p.y, p.tag);
    say("%g", total(4, 1, 2.5, 3, 4.5, p));
    per_thread += interpret((const unsigned char[]){0, 20, 0, 1, 1, 2, 3});
    IS(per_thread, 47);
    return done();
}
