// What C++'s exceptions cost: a try that nothing leaves, a throw caught by its caller, one that leaves twenty frames
// with a destructor each, and an object of the library's.
#include "bench.h"

#include <stdexcept>

static volatile int64_t sink;

struct Counted {
    ~Counted() { sink = sink + 1; }
};

[[gnu::noinline]] static int64_t below(int frames, bool throws) {
    Counted here;
    if (frames == 0) {
        if (throws)
            throw 1;
        return 0;
    }
    return below(frames - 1, throws) + 1;
}

[[gnu::noinline]] static int64_t guarded(int frames, bool throws) {
    try {
        return below(frames, throws);
    } catch (int value) {
        return value;
    }
}

[[gnu::noinline]] static int64_t of_library(bool throws) {
    try {
        if (throws)
            throw std::runtime_error("a text that is longer than what an object holds");
        return 0;
    } catch (const std::exception &error) {
        return error.what()[0];
    }
}

static void try_only(int64_t n) {
    while (n--)
        sink = sink + guarded(0, false);
}

static void one(int64_t n) {
    while (n--)
        sink = sink + guarded(0, true);
}

static void twenty(int64_t n) {
    while (n--)
        sink = sink + guarded(20, true);
}

static void library(int64_t n) {
    while (n--)
        sink = sink + of_library(true);
}

int main(int argc, char **argv) {
    static const struct bench all[] = {{"try", nullptr, try_only, 0},
                                       {"one", nullptr, one, 0},
                                       {"twenty", nullptr, twenty, 0},
                                       {"library", nullptr, library, 0},
                                       {}};
    return bench_main(all, argc, argv);
}
