// std::terminate in all places: for an exception that nothing catches, in main's frames, in threads and in signal
// handlers, for one that noexcept ends, and for what else ends a program. Each place is a process of its own.
#include "check.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <new>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

struct Own : std::runtime_error {
    using runtime_error::runtime_error;
};

void write_line(const std::string &text)
{
    const std::string line = text + "\n";
    (void)!write(STDOUT_FILENO, line.data(), line.size());
}

// Says what is in flight, as a handler may, and ends the process its own way.
[[noreturn]] void handler()
{
    std::string text = "  handler: ";
    if (std::current_exception() == nullptr) {
        text += "no exception";
    } else {
        try {
            throw;
        } catch (const std::exception &error) {
            text += error.what();
        } catch (int value) {
            text += std::to_string(value);
        } catch (...) {
            text += "something";
        }
    }
    write_line(text);
    _exit(42);
}

[[gnu::noinline]] void ends() noexcept { throw Own("out of noexcept"); }

struct ThrowsAtEnd {
    ~ThrowsAtEnd() noexcept(false) { throw Own("out of a destructor"); }
};
struct ThrowsAtNoexceptEnd {
    ~ThrowsAtNoexceptEnd() { throw Own("out of a noexcept destructor"); }
};
struct Says {
    ~Says() {}
};

void throws_in_handler(int) { throw Own("in a signal handler"); }

void *throws_in_pthread(void *) { throw Own("in a thread of pthread_create"); }

void uncaught()
{
    Says says;
    throw Own("nobody catches");
}
void uncaught_int() { throw 3; }
void uncaught_other()
{
    try {
        throw Own("another type is caught");
    } catch (int) {
    }
}
void rethrown()
{
    try {
        throw Own("rethrown");
    } catch (...) {
        throw;
    }
}
void kept()
{
    std::rethrow_exception(std::make_exception_ptr(Own("kept")));
}
void in_thread()
{
    std::thread([] { throw Own("in a thread"); }).join();
}
void in_pthread()
{
    pthread_t thread;
    pthread_create(&thread, nullptr, throws_in_pthread, nullptr);
    pthread_join(thread, nullptr);
}
void in_handler()
{
    std::signal(SIGUSR1, throws_in_handler);
    std::raise(SIGUSR1);
}
void in_noexcept()
{
    try {
        ends();
    } catch (...) {
        write_line("  caught");
    }
}
void in_second_noexcept()
{
    try {
        throw 1;
    } catch (int) {
        ends();
    }
}
void in_destructor()
{
    try {
        ThrowsAtEnd end;
        throw 2;
    } catch (...) {
        write_line("  caught");
    }
}
void in_noexcept_destructor()
{
    try {
        ThrowsAtNoexceptEnd end;
    } catch (...) {
        write_line("  caught");
    }
}
void at_exit()
{
    std::atexit([] { throw Own("at exit"); });
    std::exit(0);
}
void nothing_to_rethrow()
{
    try {
        throw;
    } catch (...) {
        write_line("  caught");
    }
}
void joinable()
{
    std::thread thread([] { pause(); });
}
void called() { std::terminate(); }
void called_while_caught()
{
    try {
        throw Own("caught meanwhile");
    } catch (...) {
        std::terminate();
    }
}
struct Place {
    const char *name;
    void (*begin)();
    bool says; // for a handler it is the same exception everywhere
};

const Place places[] = {
    {"uncaught", uncaught, true},
    {"uncaught int", uncaught_int, true},
    {"uncaught, another caught", uncaught_other, true},
    {"rethrown", rethrown, true},
    {"kept", kept, true},
    {"in a thread", in_thread, true},
    {"in a pthread", in_pthread, true},
    {"in a signal handler", in_handler, true},
    {"noexcept", in_noexcept, true},
    {"noexcept in catch", in_second_noexcept, true},
    {"destructor while unwinding", in_destructor, false},
    {"noexcept destructor", in_noexcept_destructor, true},
    {"at exit", at_exit, true},
    {"nothing to rethrow", nothing_to_rethrow, true},
    {"joinable", joinable, true},
    {"called", called, true},
    {"called while caught", called_while_caught, true},
};

void report(const Place &place, const char *how, pid_t child)
{
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        std::printf("%s, %s: signal %s\n", place.name, how, WTERMSIG(status) == SIGABRT ? "SIGABRT" : "other");
    } else {
        std::printf("%s, %s: status %d\n", place.name, how, WEXITSTATUS(status));
    }
    std::fflush(stdout);
}

pid_t begin(const Place &place, std::terminate_handler by)
{
    const pid_t child = fork();
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        if (by != nullptr) {
            std::set_terminate(by);
        }
        place.begin();
        _exit(1);
    }
    return child;
}

void abort_handler(int)
{
    write_line("  handler of SIGABRT");
    _exit(43);
}

} // namespace

int main()
{
    for (const Place &place : places) {
        report(place, "by default", begin(place, nullptr));
        if (place.says) {
            report(place, "own handler", begin(place, handler));
        }
    }
    report(places[0], "a handler that returns", begin(places[0], [] {}));
    report(places[0], "a handler that throws", begin(places[0], [] { throw 1; }));
    report(places[0], "a handler that exits", begin(places[0], [] { std::exit(7); }));
    std::signal(SIGABRT, abort_handler);
    report(places[0], "handler of SIGABRT", begin(places[0], nullptr));
    report(places[7], "handler of SIGABRT", begin(places[7], nullptr));
    return done();
}
