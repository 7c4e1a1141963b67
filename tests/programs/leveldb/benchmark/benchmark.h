/* The names of Google's benchmark library that leveldb's db_test.cc uses. No benchmark is run. */
#pragma once

#include <cinttypes>
#include <cstdint>

namespace benchmark
{

struct State {
    int *begin()
    {
        return nullptr;
    }
    int *end()
    {
        return nullptr;
    }
    int range(int) const
    {
        return 0;
    }
    uint64_t iterations() const
    {
        return 0;
    }
};

struct Benchmark {
    explicit Benchmark(void (*)(State &))
    {
    }
    Benchmark *operator->()
    {
        return this;
    }
    Benchmark *Arg(int)
    {
        return this;
    }
};

inline void RunSpecifiedBenchmarks()
{
}

} // namespace benchmark

#define BENCHMARK(function) static const void *not_run_##function = ::benchmark::Benchmark(function)
