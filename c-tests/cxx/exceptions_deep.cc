// Exceptions that leave many thousand frames, again and again, in the first thread and in others.
#include "check.hpp"

#include <stdexcept>
#include <thread>
#include <vector>

namespace {

struct Counted {
    int *alive;
    explicit Counted(int *of) : alive(of) { ++*alive; }
    ~Counted() { --*alive; }
};

[[gnu::noinline]] int down(int depth, int *alive)
{
    Counted here(alive);
    if (depth == 0) {
        throw std::runtime_error("at the bottom");
    }
    return down(depth - 1, alive) + 1;
}

bool leaves(int depth)
{
    int alive = 0;
    try {
        return down(depth, &alive) < 0;
    } catch (const std::runtime_error &) {
        return alive == 0;
    }
}

} // namespace

int main()
{
    for (int depth : {0, 1, 1000, 40000, 10, 40000}) {
        CHECK(leaves(depth));
    }
    std::vector<std::thread> threads;
    std::vector<int> results(3);
    for (int &result : results) {
        threads.emplace_back([&result] { result = leaves(5000) && leaves(20000); });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    CHECK(results == std::vector<int>(3, 1));
    return done();
}
