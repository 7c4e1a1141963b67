// Exceptions beside longjmp, and through frames of C, which know of neither.
#include "check.hpp"

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <search.h>
#include <stdexcept>
#include <string>

namespace {

std::jmp_buf back;

[[noreturn]] void jump(int value) { std::longjmp(back, value); }

int compare(const void *left, const void *right)
{
    const int a = *static_cast<const int *>(left), b = *static_cast<const int *>(right);
    if (a == 3 || b == 3) {
        throw std::string("compared");
    }
    return a - b;
}

void through_c()
{
    int numbers[] = {5, 4, 3, 2, 1}, key = 3;
    THROWS(std::string, std::qsort(numbers, 5, sizeof(int), compare));
    THROWS(std::string, (void)std::bsearch(&key, numbers, 5, sizeof(int), compare));
    std::size_t count = 5;
    THROWS(std::string, (void)lfind(&key, numbers, &count, sizeof(int), compare));
    int others[] = {9, 7, 8};
    std::qsort(others, 3, sizeof(int), compare);
    CHECK(others[0] == 7 && others[2] == 9);
}

void out_of_try()
{
    volatile int steps = 0;
    if (setjmp(back) == 0) {
        steps = 1;
        try {
            jump(1);
        } catch (...) {
            steps = 100;
        }
    } else {
        steps = steps + 1;
    }
    CHECK(steps == 2);
}

void then_throw()
{
    volatile int steps = 0;
    try {
        if (setjmp(back) == 0) {
            jump(2);
        } else {
            steps = steps + 1;
            throw 4;
        }
    } catch (int value) {
        steps = steps + value;
    }
    CHECK(steps == 5);
}

void out_of_catch()
{
    volatile int steps = 0;
    if (setjmp(back) == 0) {
        try {
            throw 1;
        } catch (int) {
            jump(1);
        }
    } else {
        steps = 1;
    }
    CHECK(steps == 1);
    try {
        throw 2;
    } catch (int value) {
        CHECK(value == 2 && std::uncaught_exceptions() == 0);
    }
}

void in_turn()
{
    static int caught, i;
    for (; i < 1000; i++) {
        try {
            if (setjmp(back) == 0) {
                jump(1);
            } else {
                throw int(i);
            }
        } catch (int value) {
            caught += value == i;
        }
    }
    CHECK(caught == 1000);
}

sigjmp_buf out_of_handler;

void handler_jumps(int) { siglongjmp(out_of_handler, 1); }

void handler_throws_inside(int)
{
    try {
        throw 6;
    } catch (int value) {
        CHECK(value == 6);
    }
}

void in_handlers()
{
    volatile int steps = 0;
    std::signal(SIGUSR1, handler_throws_inside);
    try {
        std::raise(SIGUSR1);
        throw 1;
    } catch (int) {
        std::raise(SIGUSR1);
        steps = 1;
    }
    std::signal(SIGUSR1, handler_jumps);
    try {
        if (sigsetjmp(out_of_handler, 1) == 0) {
            std::raise(SIGUSR1);
        } else {
            throw std::runtime_error("behind the handler");
        }
    } catch (const std::runtime_error &) {
        steps = steps + 1;
    }
    CHECK(steps == 2);
}

} // namespace

int main()
{
    through_c();
    out_of_try();
    then_throw();
    out_of_catch();
    in_turn();
    in_handlers();
    return done();
}
