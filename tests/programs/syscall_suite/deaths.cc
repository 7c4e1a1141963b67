/* Death tests of both styles: their messages and statuses, and what threads and children do in them. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "suite.h"

namespace suite
{
namespace
{

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::KilledBySignal;

class Deaths : public testing::TestWithParam<const char *>
{
  protected:
    void SetUp() override
    {
        GTEST_FLAG_SET(death_test_style, GetParam());
    }
};

TEST_P(Deaths, OfChecks)
{
    EXPECT_DEATH(CHECK(1 + 1 == 3), "check failed: 1 \\+ 1 == 3");
    EXPECT_DEATH(CHECK(!"done"), HasSubstr("deaths.cc"));
    EXPECT_DEATH(std::abort(), "");
    EXPECT_EXIT(std::abort(), KilledBySignal(SIGABRT), "");
}

TEST_P(Deaths, OfExits)
{
    EXPECT_EXIT(std::exit(3), ExitedWithCode(3), "");
    EXPECT_EXIT((std::fprintf(stderr, "last words"), _exit(200)), ExitedWithCode(200), "^last words$");
    EXPECT_EXIT(std::quick_exit(0), ExitedWithCode(0), "");
}

TEST_P(Deaths, OfSignals)
{
    EXPECT_EXIT(raise(SIGKILL), KilledBySignal(SIGKILL), "");
    EXPECT_EXIT(kill(getpid(), SIGTERM), KilledBySignal(SIGTERM), "");
    EXPECT_EXIT(
        {
            alarm(1);
            while (true) {
                pause();
            }
        },
        KilledBySignal(SIGALRM), "");
}

TEST_P(Deaths, OfFaults)
{
    void *page = mmap(nullptr, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(page, MAP_FAILED);
    EXPECT_EXIT(*static_cast<volatile char *>(page) = 1, KilledBySignal(SIGSEGV), "");
    EXPECT_EXIT(*static_cast<volatile int *>(nullptr) = 1, KilledBySignal(SIGSEGV), "");
    ASSERT_THAT(munmap(page, 65536), Succeeds());
}

TEST_P(Deaths, OfExceptions)
{
    EXPECT_DEATH(
        { std::thread([]() noexcept { throw std::runtime_error("no such thing"); }).join(); },
        "no such thing");
    EXPECT_DEATH(std::terminate(), "");
}

TEST_P(Deaths, OfAThreadsFailure)
{
    EXPECT_DEATH(
        {
            std::thread other([] { CHECK(!"in a thread"); });
            other.join();
        },
        "in a thread");
}

TEST_P(Deaths, OfAChildThatChecks)
{
    const auto child = [] {
        const pid_t pid = fork();
        CHECK(pid >= 0);
        if (!pid) {
            _exit(9);
        }
        int status;
        CHECK(waitpid(pid, &status, 0) == pid);
        CHECK(WIFEXITED(status));
        std::exit(WEXITSTATUS(status));
    };
    EXPECT_EXIT(child(), ExitedWithCode(9), "");
}

TEST_P(Deaths, LeaveTheParentAsItWas)
{
    int value = 1;
    EXPECT_EXIT(
        {
            value = 2;
            std::exit(value);
        },
        ExitedWithCode(2), "");
    EXPECT_EQ(value, 1);
}

INSTANTIATE_TEST_SUITE_P(Styles, Deaths, testing::Values("fast", "threadsafe"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace suite
