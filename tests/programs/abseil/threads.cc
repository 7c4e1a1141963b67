/* absl's Mutex, CondVar, Notification and its kin between threads; what the clock says of their time-outs. */
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/barrier.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace
{

class Queue
{
  public:
    explicit Queue(size_t most) : most_(most)
    {
    }
    void Put(int value)
    {
        absl::MutexLock lock(&mutex_, absl::Condition(this, &Queue::HasRoom));
        values_.push_back(value);
    }
    int Take()
    {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(+[](std::deque<int> *values) { return !values->empty(); }, &values_));
        int first = values_.front();
        values_.pop_front();
        return first;
    }

  private:
    bool HasRoom() const
    {
        return values_.size() < most_;
    }
    absl::Mutex mutex_;
    const size_t most_;
    std::deque<int> values_ ABSL_GUARDED_BY(mutex_);
};

TEST(Threads, ConditionsOfAMutexPassValues)
{
    Queue queue(3);
    std::atomic<int64_t> sum{0};
    std::vector<std::thread> threads;
    for (int taker = 0; taker < 4; ++taker) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                sum += queue.Take();
            }
        });
    }
    for (int giver = 0; giver < 2; ++giver) {
        threads.emplace_back([&, giver] {
            for (int i = 0; i < 1000; ++i) {
                queue.Put(giver * 1000 + i);
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(sum, 1999 * 2000 / 2);
}

TEST(Threads, CondVarWakesOneAndAll)
{
    absl::Mutex mutex;
    absl::CondVar changed;
    int turn = 0, woken = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            absl::MutexLock lock(&mutex);
            while (turn != i) {
                changed.Wait(&mutex);
            }
            ++turn;
            ++woken;
            changed.SignalAll();
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(woken, 8);
}

TEST(Threads, TimeOutsCome)
{
    const absl::Duration wait = absl::Milliseconds(20);
    absl::Mutex mutex;
    absl::CondVar never;
    absl::Notification none;
    const absl::Time before = absl::Now();
    EXPECT_FALSE(none.WaitForNotificationWithTimeout(wait));
    EXPECT_GE(absl::Now() - before, wait);
    absl::MutexLock lock(&mutex);
    EXPECT_TRUE(never.WaitWithTimeout(&mutex, wait));
    EXPECT_TRUE(never.WaitWithDeadline(&mutex, absl::Now() - absl::Seconds(1)));
    bool yes = false;
    EXPECT_FALSE(mutex.AwaitWithTimeout(absl::Condition(&yes), absl::ZeroDuration()));
}

TEST(Threads, NotificationsBarriersAndCounters)
{
    constexpr int kThreads = 6;
    auto *barrier = new absl::Barrier(kThreads);
    absl::BlockingCounter left(kThreads);
    absl::Notification go;
    std::atomic<int> last{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&] {
            go.WaitForNotification();
            if (barrier->Block()) {
                delete barrier;
                ++last;
            }
            left.DecrementCount();
        });
    }
    EXPECT_FALSE(go.HasBeenNotified());
    go.Notify();
    left.Wait();
    EXPECT_EQ(last, 1);
    for (auto &thread : threads) {
        thread.join();
    }
}

TEST(Threads, ReadersBesideEachOtherAndOneWriter)
{
    absl::Mutex mutex;
    int value = 0;
    std::atomic<int> most{0}, now{0};
    absl::Barrier *barrier = new absl::Barrier(3);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            {
                absl::ReaderMutexLock lock(&mutex);
                const int here = ++now;
                for (int seen = most; seen < here && !most.compare_exchange_weak(seen, here);) {
                    continue;
                }
                if (barrier->Block()) {
                    delete barrier;
                }
                --now;
            }
            for (int j = 0; j < 1000; ++j) {
                absl::WriterMutexLock lock(&mutex);
                ++value;
            }
        });
    }
    for (auto &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(most, 3);
    EXPECT_EQ(value, 3000);
}

TEST(Threads, SignalsInterruptNoMutex)
{
    static std::atomic<int> signals;
    struct sigaction count = {}, old = {};
    count.sa_handler = +[](int) { ++signals; };
    ASSERT_EQ(sigaction(SIGUSR1, &count, &old), 0);
    absl::Notification stop;
    std::thread waiter([&] { stop.WaitForNotification(); });
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(pthread_kill(waiter.native_handle(), SIGUSR1), 0);
        while (signals <= i) {
            std::this_thread::yield();
        }
    }
    stop.Notify();
    waiter.join();
    EXPECT_EQ(signals, 20);
    ASSERT_EQ(sigaction(SIGUSR1, &old, nullptr), 0);
}

} // namespace
