// The order in which objects of static and thread storage come and go, and what a program's ends run.
#include "check.hpp"

#include <cstdlib>
#include <pthread.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

void say(const char *text)
{
    std::printf("%s\n", text);
    std::fflush(stdout);
}

struct Named {
    const char *name;
    explicit Named(const char *of) : name(of) { std::printf("+%s\n", name); }
    ~Named()
    {
        std::printf("-%s\n", name);
        std::fflush(stdout);
    }
};

Named first("first"), second("second");
thread_local Named of_thread("of a thread");

Named &local()
{
    static Named inner("inner");
    return inner;
}

void *leaves(void *)
{
    (void)of_thread.name;
    pthread_exit(nullptr);
}

void child(const char *name, void (*body)())
{
    std::fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        body();
        _exit(9);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    std::printf("%s: status %d\n", name, WEXITSTATUS(status));
}

} // namespace

int main()
{
    (void)local();
    std::thread([] { (void)of_thread.name; }).join();
    pthread_t thread;
    pthread_create(&thread, nullptr, leaves, nullptr);
    pthread_join(thread, nullptr);
    std::atexit([] { say("at exit"); });
    std::at_quick_exit([] { say("at quick exit"); });
    child("exit", [] { std::exit(3); });
    child("quick_exit", [] { std::quick_exit(4); });
    child("_Exit", [] { std::_Exit(5); });
    child("return through destructors", [] {
        Named automatic("automatic");
        std::exit(6);
    });
    return done();
}
