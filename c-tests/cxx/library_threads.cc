// What the library has for threads: locks, conditions, latches, barriers, semaphores, stopping, atomics that wait.
#include "check.hpp"

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

void locks()
{
    std::mutex mutex;
    std::condition_variable condition;
    bool goes = false;
    int result = 0;
    std::thread thread([&] {
        std::unique_lock lock(mutex);
        condition.wait(lock, [&] { return goes; });
        result = 5;
    });
    {
        std::lock_guard lock(mutex);
        goes = true;
    }
    condition.notify_one();
    thread.join();
    SAY(result);

    std::unique_lock lock(mutex);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(condition.wait_for(lock, 30ms) == std::cv_status::timeout);
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(took >= 29ms && took < 5s);

    std::shared_mutex shared;
    {
        std::shared_lock one(shared), two(shared);
        std::thread([&] { CHECK(!shared.try_lock()); }).join();
    }
    CHECK(shared.try_lock());
    shared.unlock();
    std::recursive_timed_mutex again;
    std::scoped_lock both(again, shared);
    std::thread([&] { CHECK(!again.try_lock_for(5ms)); }).join();
    CHECK(again.try_lock());
    again.unlock();
}

void meetings()
{
    std::latch latch(4);
    std::barrier barrier(4, []() noexcept { std::puts("all have arrived"); });
    std::counting_semaphore<4> semaphore(0);
    std::atomic<int> arrived = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            latch.arrive_and_wait();
            arrived++;
            barrier.arrive_and_wait();
            CHECK(arrived == 4);
            barrier.arrive_and_wait();
            semaphore.release();
        });
    }
    for (int i = 0; i < 4; i++) {
        semaphore.acquire();
    }
    CHECK(!semaphore.try_acquire_for(5ms));

    std::atomic<bool> stopped = false;
    {
        std::jthread thread([&](std::stop_token token) {
            std::stop_callback callback(token, [&] { stopped = true; });
            std::mutex mutex;
            std::condition_variable_any condition;
            std::unique_lock lock(mutex);
            condition.wait(lock, token, [] { return false; });
        });
    }
    CHECK(stopped);

    std::once_flag once;
    int calls = 0;
    std::vector<std::jthread> callers;
    for (int i = 0; i < 6; i++) {
        callers.emplace_back([&] { std::call_once(once, [&] { calls++; }); });
    }
    callers.clear();
    SAY(calls);
}

void waiting()
{
    std::atomic<int> word = 0;
    std::thread thread([&] {
        word.wait(0);
        word = 7;
        word.notify_all();
    });
    std::this_thread::sleep_for(5ms);
    word = 1;
    word.notify_all();
    while (word != 7) {
        word.wait(1);
    }
    thread.join();

    std::atomic<long long> wide = 0;
    std::atomic_flag flag;
    std::jthread other([&] {
        flag.wait(false);
        wide = 1LL << 40;
        wide.notify_one();
    });
    flag.test_and_set();
    flag.notify_one();
    wide.wait(0);
    SAY((int)(wide >> 40));

    // Back and forth, which shows a wake that is lost.
    std::atomic<int> turn = 0;
    std::jthread answers([&] {
        for (int i = 1; i < 2000; i += 2) {
            for (int seen = turn; seen != i; seen = turn) {
                turn.wait(seen);
            }
            turn = i + 1;
            turn.notify_one();
        }
    });
    for (int i = 0; i < 2000; i += 2) {
        for (int seen = turn; seen != i; seen = turn) {
            turn.wait(seen);
        }
        turn = i + 1;
        turn.notify_one();
    }
    answers.join();
    SAY(turn.load());
}

void atomics()
{
    std::atomic<double> number = 1.5;
    number += 1;
    CHECK(number == 2.5);
    std::atomic<std::shared_ptr<int>> *none = nullptr;
    (void)none;
    int plain = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([&] {
            for (int j = 0; j < 1000; j++) {
                std::atomic_ref(plain)++;
            }
        });
    }
    threads.clear();
    SAY(plain);
}

void futures()
{
    SAY(std::async(std::launch::async, [] { return 6 * 7; }).get());
    std::promise<std::string> promise;
    auto later = promise.get_future();
    CHECK(later.wait_for(1ms) == std::future_status::timeout);
    std::thread([&] { promise.set_value("value"); }).join();
    SAY(later.get());
    std::packaged_task<int(int)> task([](int number) { return number + 1; });
    auto result = task.get_future();
    std::thread(std::move(task), 1).join();
    SAY(result.get());
    CHECK(std::thread::hardware_concurrency() >= 1);
    CHECK(std::thread::id() != std::this_thread::get_id());
}

// Initialised once, by one of the threads that come at the same time.
int initialisations;
int shared_number()
{
    static const int number = [] {
        std::this_thread::sleep_for(5ms);
        return ++initialisations;
    }();
    return number;
}

void statics()
{
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; i++) {
        threads.emplace_back([] { CHECK(shared_number() == 1); });
    }
    threads.clear();
    SAY(initialisations);
}

} // namespace

int main()
{
    locks();
    meetings();
    waiting();
    atomics();
    futures();
    statics();
    return done();
}
