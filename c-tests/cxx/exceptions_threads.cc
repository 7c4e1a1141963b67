// Exceptions in threads: each has its own, and they are handed over; what a thread keeps is destroyed with it.
#include "check.hpp"

#include <atomic>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<int> made, destroyed;

struct OfThread {
    int number = ++made;
    ~OfThread() { ++destroyed; }
};
thread_local OfThread of_thread;

void side_by_side()
{
    std::atomic<int> caught = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; thread++) {
        threads.emplace_back([&caught, thread] {
            for (int i = 0; i < 1000; i++) {
                try {
                    throw thread * 1000 + i;
                } catch (int value) {
                    caught += value == thread * 1000 + i && std::uncaught_exceptions() == 0;
                }
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    SAY(caught.load());
}

void handed_over()
{
    std::exception_ptr kept;
    std::thread([&kept] {
        try {
            throw std::runtime_error("from a thread");
        } catch (...) {
            kept = std::current_exception();
        }
    }).join();
    std::vector<std::thread> threads;
    std::atomic<int> equal = 0;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            try {
                std::rethrow_exception(kept);
            } catch (const std::exception &error) {
                equal += error.what() == std::string("from a thread");
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    CHECK(equal == 4);

    auto later = std::async(std::launch::async, []() -> int { throw std::out_of_range("async"); });
    THROWS(std::out_of_range, (void)later.get());
    std::promise<void> promise;
    auto future = promise.get_future();
    promise.set_exception(std::make_exception_ptr(std::domain_error("promise")));
    THROWS(std::domain_error, future.get());
    {
        std::promise<int> broken;
        auto nothing = broken.get_future();
        { auto moved = std::move(broken); }
        THROWS(std::future_error, (void)nothing.get());
    }
}

void of_threads()
{
    const int before = destroyed;
    (void)of_thread.number;
    std::vector<std::thread> threads;
    for (int i = 0; i < 5; i++) {
        threads.emplace_back([i] {
            if (i > 0) {
                (void)of_thread.number;
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    SAY(destroyed - before);
    SAY(made.load());
}

} // namespace

int main()
{
    side_by_side();
    handed_over();
    of_threads();
    return done();
}
