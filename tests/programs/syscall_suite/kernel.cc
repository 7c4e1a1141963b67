/* System calls as a suite of tests makes them: files by std::filesystem, handlers that are lambdas, children,
 * timers and events that epoll waits for, mappings. */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <numeric>
#include <thread>
#include <vector>

#include "suite.h"

namespace suite
{
namespace
{

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

/* How the child ended that runs `function`, whose failed expectations are its status. */
template <typename Function> int StatusOf(Function function)
{
    const pid_t pid = fork();
    if (!pid) {
        function();
        _exit(testing::Test::HasFailure());
    }
    int status = -1;
    EXPECT_THAT(pid, Succeeds());
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

MATCHER_P(Exited, code, "")
{
    return WIFEXITED(arg) && WEXITSTATUS(arg) == code;
}
MATCHER_P(Killed, number, "")
{
    return WIFSIGNALED(arg) && WTERMSIG(arg) == number;
}

class Folder : public testing::Test
{
  protected:
    Folder() : path_(fs::temp_directory_path() / Joined("suite-", getpid()))
    {
        fs::create_directory(path_);
    }
    ~Folder() override
    {
        fs::remove_all(path_);
    }
    const fs::path path_;
};

TEST_F(Folder, OfFiles)
{
    std::ofstream(path_ / "one") << "1\n";
    fs::create_directories(path_ / "a" / "b");
    fs::copy_file(path_ / "one", path_ / "a" / "two");
    fs::create_symlink("one", path_ / "link");
    fs::create_hard_link(path_ / "one", path_ / "hard");
    fs::rename(path_ / "a" / "two", path_ / "a" / "b" / "three");
    fs::resize_file(path_ / "a" / "b" / "three", 5000);
    fs::permissions(path_ / "one", fs::perms::owner_read);
    std::vector<std::string> names;
    for (const auto &entry : fs::recursive_directory_iterator(path_)) {
        names.push_back(entry.path().lexically_relative(path_).string());
    }
    EXPECT_THAT(names, UnorderedElementsAre("one", "a", "a/b", "a/b/three", "link", "hard"));
    EXPECT_EQ(fs::file_size(path_ / "a" / "b" / "three"), 5000u);
    EXPECT_EQ(fs::hard_link_count(path_ / "one"), 2u);
    EXPECT_TRUE(fs::is_symlink(path_ / "link"));
    EXPECT_TRUE(fs::equivalent(path_ / "link", path_ / "one"));
    EXPECT_EQ(fs::status(path_ / "one").permissions(), fs::perms::owner_read);
    EXPECT_EQ(fs::canonical(path_ / "a" / ".." / "link").filename(), "one");
    EXPECT_GT(fs::space(path_).capacity, 0u);
    std::error_code error;
    EXPECT_FALSE(fs::remove(path_ / "a", error));
    EXPECT_EQ(error, std::errc::directory_not_empty);
    const auto when = fs::file_time_type::clock::now() - std::chrono::hours(48);
    fs::last_write_time(path_ / "one", when);
    EXPECT_LT(std::chrono::abs(fs::last_write_time(path_ / "one") - when), std::chrono::milliseconds(1));
    EXPECT_THROW((void)fs::file_size(path_ / "none"), fs::filesystem_error);
}

TEST_F(Folder, OfASocket)
{
    sockaddr_un address = {AF_UNIX, ""};
    const std::string name = path_ / "socket";
    ASSERT_LT(name.size(), sizeof address.sun_path);
    std::copy(name.begin(), name.end(), address.sun_path);
    ASSERT_OK_AND_MAKE(listener, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    ASSERT_THAT(bind(listener.get(), reinterpret_cast<sockaddr *>(&address), sizeof address), Succeeds());
    ASSERT_THAT(listen(listener.get(), 1), Succeeds());
    EXPECT_TRUE(fs::is_socket(name));
    EXPECT_THAT(StatusOf([&] {
                    ASSERT_OK_AND_MAKE(peer, socket(AF_UNIX, SOCK_SEQPACKET, 0));
                    ASSERT_THAT(connect(peer.get(), reinterpret_cast<sockaddr *>(&address), sizeof address),
                                Succeeds());
                    int ends[2];
                    ASSERT_THAT(pipe2(ends, O_CLOEXEC), Succeeds());
                    ASSERT_EQ(write(ends[1], "through", 7), 7);
                    char space[CMSG_SPACE(sizeof(int))] = {};
                    iovec part = {const_cast<char *>("fd"), 2};
                    msghdr message = {};
                    message.msg_iov = &part;
                    message.msg_iovlen = 1;
                    message.msg_control = space;
                    message.msg_controllen = sizeof space;
                    cmsghdr *header = CMSG_FIRSTHDR(&message);
                    header->cmsg_level = SOL_SOCKET;
                    header->cmsg_type = SCM_RIGHTS;
                    header->cmsg_len = CMSG_LEN(sizeof(int));
                    std::memcpy(CMSG_DATA(header), &ends[0], sizeof(int));
                    EXPECT_EQ(sendmsg(peer.get(), &message, 0), 2);
                }),
                Exited(0));
    ASSERT_OK_AND_MAKE(accepted, accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char space[CMSG_SPACE(sizeof(int))] = {}, text[16] = {};
    iovec part = {text, sizeof text};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    ASSERT_EQ(recvmsg(accepted.get(), &message, MSG_CMSG_CLOEXEC), 2);
    int received = -1;
    std::memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
    FileDescriptor pipe(received);
    EXPECT_EQ(read(pipe.get(), text, sizeof text), 7);
    EXPECT_STREQ(text, "through");
}

TEST(Signals, HandlersThatAreLambdas)
{
    static std::atomic<int> got, value, sender;
    struct sigaction action = {}, old = {};
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    action.sa_sigaction = [](int number, siginfo_t *info, void *context) {
        got = number;
        value = info->si_value.sival_int;
        sender = context ? info->si_pid : -1;
    };
    ASSERT_THAT(sigaction(SIGRTMIN + 3, &action, &old), Succeeds());
    sigval sent = {};
    sent.sival_int = 4711;
    ASSERT_THAT(sigqueue(getpid(), SIGRTMIN + 3, sent), Succeeds());
    EXPECT_EQ(got, SIGRTMIN + 3);
    EXPECT_EQ(value, 4711);
    EXPECT_EQ(sender, getpid());
    EXPECT_THAT(sigaction(SIGRTMIN + 3, &old, nullptr), Succeeds());
    EXPECT_THAT(sigaction(SIGKILL, &action, nullptr), FailsWith(EINVAL));
    EXPECT_THAT(sigaction(4000, &action, nullptr), FailsWith(EINVAL));
}

TEST(Signals, OnAStackOfTheirOwn)
{
    static std::atomic<bool> within;
    static std::vector<char> memory(65536);
    stack_t mine = {}, before = {};
    mine.ss_sp = memory.data();
    mine.ss_size = memory.size();
    ASSERT_THAT(sigaltstack(&mine, &before), Succeeds());
    struct sigaction action = {}, old = {};
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    action.sa_handler = [](int) {
        char here;
        volatile char *address = &here;
        within = address >= memory.data() && address < memory.data() + memory.size();
    };
    ASSERT_THAT(sigaction(SIGUSR2, &action, &old), Succeeds());
    ASSERT_EQ(raise(SIGUSR2), 0);
    EXPECT_TRUE(within);
    struct sigaction now = {};
    ASSERT_THAT(sigaction(SIGUSR2, &old, &now), Succeeds());
    EXPECT_EQ(now.sa_handler, SIG_DFL);
    ASSERT_THAT(sigaltstack(&before, nullptr), Succeeds());
}

TEST(Signals, ByDescriptor)
{
    sigset_t mask, old;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &mask, &old), 0);
    ASSERT_OK_AND_MAKE(signals, signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC));
    signalfd_siginfo info = {};
    EXPECT_THAT(read(signals.get(), &info, sizeof info), FailsWith(EAGAIN));
    ASSERT_THAT(kill(getpid(), SIGUSR1), Succeeds());
    EXPECT_EQ(read(signals.get(), &info, sizeof info), static_cast<ssize_t>(sizeof info));
    EXPECT_EQ(info.ssi_signo, static_cast<uint32_t>(SIGUSR1));
    EXPECT_EQ(info.ssi_pid, static_cast<uint32_t>(getpid()));
    ASSERT_EQ(pthread_sigmask(SIG_SETMASK, &old, nullptr), 0);
}

TEST(Children, TellHowTheyEnded)
{
    EXPECT_THAT(StatusOf([] { _exit(42); }), Exited(42));
    EXPECT_THAT(StatusOf([] { raise(SIGKILL); }), Killed(SIGKILL));
    EXPECT_THAT(StatusOf([] { EXPECT_EQ(getppid(), 1) << "not shown"; }), Exited(1));
    EXPECT_THAT(StatusOf([] {
                    const rlimit none = {0, 0};
                    ASSERT_THAT(setrlimit(RLIMIT_NOFILE, &none), Succeeds());
                    EXPECT_THAT(open("/dev/null", O_RDONLY), FailsWith(EMFILE));
                }),
                Exited(0));
    EXPECT_THAT(waitpid(-1, nullptr, WNOHANG), FailsWith(ECHILD));
}

TEST(Children, ShareAMapping)
{
    void *page = mmap(nullptr, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(page, MAP_FAILED);
    auto *count = new (page) std::atomic<int>(0);
    const int status = StatusOf([&] {
        for (int i = 0; i < 1000; ++i) {
            ++*count;
        }
    });
    EXPECT_THAT(status, Exited(0));
    EXPECT_EQ(*count, 1000);
    ASSERT_THAT(munmap(page, 65536), Succeeds());
}

TEST(Children, OfAProcessWithThreads)
{
    std::promise<void> stop;
    std::thread other([&] { stop.get_future().wait(); });
    const int status = StatusOf([] {
        std::thread mine([] {});
        mine.join();
    });
    EXPECT_THAT(status, Exited(0));
    stop.set_value();
    other.join();
}

TEST(Events, TimersAndCountersByEpoll)
{
    ASSERT_OK_AND_MAKE(epoll, epoll_create1(EPOLL_CLOEXEC));
    ASSERT_OK_AND_MAKE(timer, timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
    ASSERT_OK_AND_MAKE(event, eventfd(0, EFD_SEMAPHORE | EFD_NONBLOCK));
    epoll_event wanted = {};
    wanted.events = EPOLLIN;
    wanted.data.u64 = 0x123456789abcdef0;
    ASSERT_THAT(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, timer.get(), &wanted), Succeeds());
    wanted.data.u64 = 1;
    ASSERT_THAT(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, event.get(), &wanted), Succeeds());
    EXPECT_THAT(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, event.get(), &wanted), FailsWith(EEXIST));
    epoll_event come[4];
    EXPECT_EQ(epoll_wait(epoll.get(), come, 4, 0), 0);
    std::thread writer([&] {
        const uint64_t two = 2;
        EXPECT_EQ(write(event.get(), &two, sizeof two), 8);
    });
    ASSERT_EQ(epoll_wait(epoll.get(), come, 4, -1), 1);
    writer.join();
    EXPECT_EQ(come[0].data.u64, 1u);
    uint64_t read_value = 0;
    EXPECT_EQ(read(event.get(), &read_value, 8), 8);
    EXPECT_EQ(read_value, 1u);
    EXPECT_EQ(read(event.get(), &read_value, 8), 8);
    EXPECT_THAT(read(event.get(), &read_value, 8), FailsWith(EAGAIN));
    constexpr auto wait = std::chrono::milliseconds(20);
    const itimerspec every = {{0, 20000000}, {0, 20000000}};
    const auto before = std::chrono::steady_clock::now();
    ASSERT_THAT(timerfd_settime(timer.get(), 0, &every, nullptr), Succeeds());
    ASSERT_EQ(epoll_wait(epoll.get(), come, 4, 10000), 1);
    EXPECT_EQ(come[0].data.u64, 0x123456789abcdef0u);
    EXPECT_GE(std::chrono::steady_clock::now() - before, wait);
    EXPECT_EQ(read(timer.get(), &read_value, 8), 8);
    EXPECT_GE(read_value, 1u);
}

TEST(Mappings, OfFilesAndTheirProtection)
{
    const size_t page = sysconf(_SC_PAGESIZE);
    ASSERT_OK_AND_MAKE(memory, memfd_create("suite", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    ASSERT_THAT(ftruncate(memory.get(), 2 * page), Succeeds());
    auto *first =
        static_cast<char *>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0));
    ASSERT_NE(first, MAP_FAILED);
    auto *second = static_cast<char *>(mmap(nullptr, page, PROT_READ, MAP_SHARED, memory.get(), page));
    ASSERT_NE(second, MAP_FAILED);
    std::iota(first + page, first + page + 10, 'a');
    EXPECT_EQ(std::string(second, 10), "abcdefghij");
    EXPECT_THAT(fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE), FailsWith(EBUSY));
    EXPECT_THAT(mprotect(first, page, PROT_READ), Succeeds());
    EXPECT_THAT(StatusOf([&] { *const_cast<volatile char *>(first) = 'x'; }), Killed(SIGSEGV));
    EXPECT_THAT(read(memory.get(), first, 1), FailsWith(EFAULT));
    EXPECT_THAT(munmap(first, 2 * page), Succeeds());
    EXPECT_THAT(munmap(second, page), Succeeds());
    EXPECT_EQ(mmap(nullptr, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
    EXPECT_EQ(errno, EINVAL);
}

TEST(Mappings, FaultsThatAHandlerMends)
{
    static void *page;
    static size_t size;
    size = sysconf(_SC_PAGESIZE);
    page = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(page, MAP_FAILED);
    struct sigaction action = {}, old = {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int, siginfo_t *info, void *) {
        if (info->si_addr != page || info->si_code != SEGV_ACCERR) {
            _exit(5);
        }
        mprotect(page, size, PROT_READ | PROT_WRITE);
    };
    ASSERT_THAT(sigaction(SIGSEGV, &action, &old), Succeeds());
    EXPECT_THAT(StatusOf([] {
                    *static_cast<volatile char *>(page) = 7;
                    _exit(*static_cast<volatile char *>(page));
                }),
                Exited(7));
    ASSERT_THAT(sigaction(SIGSEGV, &old, nullptr), Succeeds());
    ASSERT_THAT(munmap(page, size), Succeeds());
}

TEST(Calls, ByNumber)
{
    EXPECT_EQ(syscall(SYS_getpid), getpid());
    EXPECT_GT(syscall(SYS_gettid), 0);
    EXPECT_THAT(syscall(SYS_openat, AT_FDCWD, "/none", O_RDONLY), FailsWith(ENOENT));
    EXPECT_THAT(syscall(-1), FailsWith(ENOSYS));
}

} // namespace
} // namespace suite
