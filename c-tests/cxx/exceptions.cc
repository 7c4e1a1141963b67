// Exceptions of all kinds: what is thrown, who catches it, what is destroyed on the way.
#include "check.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace {

struct Counted {
    static inline int alive;
    Counted() { alive++; }
    Counted(const Counted &) { alive++; }
    ~Counted() { alive--; }
};

struct Base {
    virtual ~Base() = default;
    virtual std::string name() const { return "Base"; }
};
struct Left : virtual Base {
    std::string name() const override { return "Left"; }
};
struct Right : virtual Base {};
struct Both : Left, Right {
    std::string name() const override { return "Both"; }
};
struct Own : std::runtime_error {
    using runtime_error::runtime_error;
};
struct Hidden : private Own {
    Hidden() : Own("hidden") {}
};

int down(int depth)
{
    Counted here;
    if (depth == 0) {
        throw depth;
    }
    return down(depth - 1) + 1;
}

void frames()
{
    bool caught = false;
    try {
        down(100);
    } catch (int depth) {
        caught = depth == 0;
    }
    CHECK(caught);
    CHECK(Counted::alive == 0);
}

template <class Thrown> std::string who_catches(Thrown thrown)
{
    try {
        throw thrown;
    } catch (int value) {
        return "int " + std::to_string(value);
    } catch (int *pointer) {
        return pointer == nullptr ? "null pointer" : "pointer";
    } catch (const char *text) {
        return std::string("text ") + text;
    } catch (long double value) {
        return value == 1.5L ? "long double" : "another long double";
    } catch (const Left &left) {
        return "Left, is " + left.name();
    } catch (const Base &base) {
        return "Base, is " + base.name();
    } catch (Base *base) {
        return "pointer to Base, is " + base->name();
    } catch (const std::logic_error &error) {
        return std::string("logic_error ") + error.what();
    } catch (const std::exception &error) {
        return std::string("exception ") + error.what();
    } catch (...) {
        return "anything";
    }
}

enum class Colour { red };

void kinds()
{
    Both both;
    SAY(who_catches(7));
    SAY(who_catches("word"));
    SAY(who_catches(1.5L));
    SAY(who_catches(both));
    SAY(who_catches(Right()));
    SAY(who_catches(&both));
    SAY(who_catches(nullptr));
    SAY(who_catches(std::out_of_range("range")));
    SAY(who_catches(Own("own")));
    SAY(who_catches(Hidden()));
    SAY(who_catches(Colour::red));
    SAY(who_catches(2.0f));
    SAY(who_catches(std::function<void()>()));
}

void again()
{
    std::string seen;
    try {
        try {
            try {
                throw Own("first");
            } catch (const std::exception &error) {
                seen += error.what();
                throw; // the same object, not a copy of its base
            }
        } catch (const Own &error) {
            seen += std::string("+") + error.what();
            throw std::logic_error("second");
        }
    } catch (const std::exception &error) {
        seen += std::string("+") + error.what();
    }
    SAY(seen);
    try {
        try {
            throw std::runtime_error("inner");
        } catch (...) {
            std::throw_with_nested(std::logic_error("outer"));
        }
    } catch (const std::exception &error) {
        std::string both = error.what();
        try {
            std::rethrow_if_nested(error);
        } catch (const std::exception &inner) {
            both += std::string("<") + inner.what();
        }
        SAY(both);
    }
}

struct CatchesInside {
    int *seen;
    ~CatchesInside()
    {
        CHECK(std::uncaught_exceptions() == 1);
        try {
            throw 5;
        } catch (int value) {
            *seen += value;
        }
        CHECK(std::uncaught_exceptions() == 1);
    }
};
struct ThrowsAtEnd {
    ~ThrowsAtEnd() noexcept(false) { throw 9; }
};
struct ThrowsAtBegin {
    Counted one, two;
    explicit ThrowsAtBegin(bool fails)
    {
        if (fails) {
            throw 3;
        }
    }
};

int whole_function(int value)
try {
    if (value != 0) {
        throw value;
    }
    return 0;
} catch (int caught) {
    return caught * 2;
}

struct Member {
    ThrowsAtBegin member;
    Member() try : member(true) {
    } catch (int value) {
        throw std::to_string(value); // a constructor cannot end well here
    }
};

void objects()
{
    int seen = 0;
    try {
        CatchesInside inside{&seen};
        throw 1;
    } catch (int value) {
        CHECK(value == 1);
    }
    CHECK(seen == 5 && std::uncaught_exceptions() == 0);
    THROWS(int, ThrowsAtEnd end);
    THROWS(int, ThrowsAtBegin begin(true));
    THROWS(int, std::vector<ThrowsAtBegin> many; many.reserve(3); for (int i = 0; i < 3; i++) many.emplace_back(i == 2));
    THROWS(std::string, Member member);
    CHECK(whole_function(4) == 8 && whole_function(0) == 0);
    CHECK(Counted::alive == 0);
}

void of_the_language()
{
    Base base;
    Base &reference = base, *volatile none = nullptr;
    Base *const is_null = none;
    THROWS(std::bad_cast, (void)dynamic_cast<Both &>(reference));
    THROWS(std::bad_typeid, (void)typeid(*is_null).name());
    volatile std::size_t much = SIZE_MAX / 2 + 1;
    THROWS(std::bad_alloc, ::operator delete(::operator new(much)));
    CHECK(::operator new(much, std::nothrow) == nullptr);
    volatile int negative = -1;
    static int *volatile made;
    THROWS(std::bad_alloc, made = new int[negative]);
    CHECK(made == nullptr);
    static int calls;
    std::set_new_handler([] {
        if (++calls == 3) {
            std::set_new_handler(nullptr);
        }
    });
    THROWS(std::bad_alloc, ::operator delete(::operator new(much)));
    CHECK(calls == 3);
    THROWS(std::out_of_range, (void)std::vector<int>().at(0));
    THROWS(std::bad_function_call, std::function<void()>()());
    THROWS(std::length_error, std::string().resize(std::string().max_size() + 1));
}

void kept()
{
    std::exception_ptr first, second;
    try {
        throw Own("kept");
    } catch (...) {
        first = std::current_exception();
    }
    CHECK(std::current_exception() == nullptr);
    for (int i = 0; i < 2; i++) {
        try {
            std::rethrow_exception(first);
        } catch (const std::exception &error) {
            second = std::current_exception();
            CHECK(error.what() == std::string("kept"));
        }
    }
    CHECK(first == second);
    auto made = std::make_exception_ptr(Counted());
    CHECK(Counted::alive == 1);
    made = nullptr;
    CHECK(Counted::alive == 0);
}

void many()
{
    long sum = 0;
    for (int i = 0; i < 20000; i++) {
        try {
            i % 2 == 0 ? throw i : throw std::to_string(i);
        } catch (int value) {
            sum += value;
        } catch (const std::string &text) {
            sum += std::stoi(text);
        }
    }
    SAY((int)sum);
}

} // namespace

int main()
{
    frames();
    kinds();
    again();
    objects();
    of_the_language();
    kept();
    many();
    return done();
}
