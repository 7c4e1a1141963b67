// What the programs check and say. All that is said is compared, so say only what is the same in every run.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <string>

inline int failures;

// That it holds.
#define CHECK(...)                                                                                           \
    do {                                                                                                     \
        if (!(__VA_ARGS__)) {                                                                                \
            failures++;                                                                                      \
            std::printf("line %d: does not hold: %s\n", __LINE__, #__VA_ARGS__);                             \
        }                                                                                                    \
    } while (0)

// That the statement throws what `type` catches.
#define THROWS(type, ...)                                                                                    \
    do {                                                                                                     \
        bool is_thrown = false;                                                                              \
        try {                                                                                                \
            __VA_ARGS__;                                                                                     \
        } catch (const type &) {                                                                             \
            is_thrown = true;                                                                                \
        }                                                                                                    \
        CHECK(is_thrown && #__VA_ARGS__ #type);                                                              \
    } while (0)

template <class Value> std::string text_of(const Value &value)
{
    if constexpr (requires { std::string(value); }) {
        return std::string(value);
    } else {
        return std::to_string(value);
    }
}

// Its value.
#define SAY(...) std::printf("%s: %s\n", #__VA_ARGS__, text_of(__VA_ARGS__).c_str())

// What main returns.
inline int done()
{
    std::fflush(stdout);
    return failures == 0 ? 0 : 1;
}

#endif
