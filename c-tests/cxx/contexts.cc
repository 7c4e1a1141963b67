// Contexts in C++: exceptions in them, destructors that switch while an exception is under way, and objects
// that end a context by throwing there.
#include "check.hpp"

#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include <vector>

namespace
{

constexpr std::size_t stack_size = 256 * 1024;

struct Cancelled {};

// Whoever ends one that is half done makes it throw, so that its objects end.
class Coroutine
{
  public:
    explicit Coroutine(void (*body)(Coroutine &)) : stack(new char[stack_size]), body(body)
    {
        getcontext(&own);
        own.uc_stack.ss_sp = stack.get();
        own.uc_stack.ss_size = stack_size;
        own.uc_link = &caller;
        starting = this;
        makecontext(&own, begin, 0);
    }
    ~Coroutine()
    {
        if (has_begun && !has_ended) {
            is_cancelled = true;
            resume();
        }
    }
    int resume()
    {
        starting = this;
        has_begun = true;
        swapcontext(&caller, &own);
        return value;
    }
    void yield(int what)
    {
        value = what;
        swapcontext(&own, &caller);
        if (is_cancelled) {
            throw Cancelled();
        }
    }
    bool has_ended = false, has_failed = false;

  private:
    static void begin()
    {
        Coroutine &self = *starting;
        try {
            self.body(self);
        } catch (const Cancelled &) {
        } catch (const std::exception &) {
            self.has_failed = true;
        }
        self.has_ended = true;
    }
    inline static Coroutine *starting;
    std::unique_ptr<char[]> stack;
    void (*body)(Coroutine &);
    ucontext_t own, caller;
    int value = 0;
    bool has_begun = false, is_cancelled = false;
};

int living;

struct Counted {
    Counted()
    {
        living++;
    }
    Counted(const Counted &) = delete;
    ~Counted()
    {
        living--;
    }
};

void counts(Coroutine &self)
{
    Counted one;
    for (int i = 0;; i++) {
        Counted another;
        self.yield(i);
    }
}

void fails(Coroutine &self)
{
    Counted one;
    self.yield(1);
    throw std::runtime_error("for nobody outside");
}

void catches(Coroutine &self)
{
    for (int i = 0; i < 100; i++) {
        try {
            Counted one;
            self.yield(i);
            throw std::out_of_range(std::to_string(i));
        } catch (const std::out_of_range &problem) {
            self.yield(std::stoi(problem.what()) + 1000);
        }
    }
}

struct Switches {
    Coroutine &self;
    ~Switches()
    {
        self.yield(-1);
    }
};

// The exception waits in the destructor until the context goes on.
void switches_in_destructors(Coroutine &self)
{
    for (int i = 0; i < 50; i++) {
        try {
            Switches one{self};
            throw std::runtime_error(std::to_string(i));
        } catch (const std::runtime_error &problem) {
            CHECK(problem.what() == std::to_string(i));
        }
    }
}

int thrown(int times)
{
    int caught = 0;
    for (int i = 0; i < times; i++) {
        try {
            throw std::string("some text that is too long to lie in the string itself");
        } catch (const std::string &text) {
            caught += text.size() == 54;
        }
    }
    return caught;
}

void cancelled_by_an_exception()
{
    THROWS(std::logic_error, {
        Coroutine coroutine(counts);
        coroutine.resume();
        throw std::logic_error("ends the coroutine on its way");
    });
}

void terminates(Coroutine &)
{
    throw 1;
}

void ends_process()
{
    std::fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        close(2);
        Coroutine coroutine(terminates);
        coroutine.resume();
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    SAY(WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

} // namespace

int main()
{
    {
        Coroutine coroutine(counts);
        for (int i = 0; i < 10; i++) {
            CHECK(coroutine.resume() == i);
        }
        SAY(living);
    }
    SAY(living);
    {
        Coroutine coroutine(fails);
        coroutine.resume();
        coroutine.resume();
        CHECK(coroutine.has_failed && coroutine.has_ended);
    }
    SAY(living);
    {
        Coroutine first(catches), second(catches);
        for (int i = 0; i < 100; i++) {
            CHECK(first.resume() == i && second.resume() == i);
            CHECK(first.resume() == i + 1000 && second.resume() == i + 1000);
        }
    }
    {
        Coroutine first(switches_in_destructors), second(switches_in_destructors);
        for (int i = 0; i < 50; i++) {
            first.resume();
            CHECK(thrown(3000) == 3000);
            second.resume();
        }
        first.resume();
        second.resume();
        CHECK(first.has_ended && second.has_ended);
    }
    for (int i = 0; i < 100; i++) {
        cancelled_by_an_exception();
    }
    SAY(living);
    ends_process();
    std::vector<std::unique_ptr<Coroutine>> many;
    for (int i = 0; i < 300; i++) {
        many.push_back(std::make_unique<Coroutine>(counts));
        many.back()->resume();
    }
    SAY(living);
    many.clear();
    SAY(living);
    return done();
}
