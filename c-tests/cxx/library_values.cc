// Containers, ranges, algorithms, coroutines, memory resources, numbers, time.
#include "check.hpp"

#include <algorithm>
#include <any>
#include <bitset>
#include <chrono>
#include <cmath>
#include <complex>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <exception>
#include <expected>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <source_location>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <typeindex>
#include <unordered_map>
#include <valarray>
#include <variant>
#include <vector>

namespace {

std::string joined(auto &&range)
{
    std::string text;
    for (const auto &one : range) {
        text += text_of(one) + ",";
    }
    return text;
}

void containers()
{
    std::unordered_map<std::string, int> numbers;
    for (int i = 0; i < 10000; i++) {
        numbers[std::to_string(i)] = i;
    }
    CHECK(numbers.at("777") == 777 && numbers.size() == 10000 && numbers.erase("777") == 1);
    std::map<std::string, std::vector<int>, std::less<>> sorted = {{"b", {1}}, {"a", {2, 3}}};
    CHECK(sorted.begin()->first == "a" && sorted.find("b")->second[0] == 1);
    std::deque<int> deque(5, 1);
    deque.push_front(9);
    std::list<int> list(deque.begin(), deque.end());
    list.sort();
    list.unique();
    SAY(joined(list));
    std::multiset<int> set = {3, 1, 3};
    SAY((int)set.count(3));
    auto shared = std::make_shared<std::vector<int>>(3, 7);
    std::weak_ptr weak = shared;
    CHECK(weak.lock()->size() == 3);
    shared.reset();
    CHECK(weak.expired());
    SAY(std::bitset<10>("1100110011").to_string());
}

void ranges()
{
    auto squares = std::views::iota(1, 20) | std::views::filter([](int i) { return i % 3 == 0; }) |
                   std::views::transform([](int i) { return i * i; });
    SAY(joined(squares));
    SAY(joined(squares | std::views::reverse | std::views::take(2)));
    std::vector<int> many(100000);
    std::iota(many.begin(), many.end(), 0);
    std::shuffle(many.begin(), many.end(), std::mt19937{1});
    std::ranges::sort(many, std::greater());
    CHECK(std::ranges::is_sorted(many, std::greater()) && std::ranges::max(many) == 99999);
    CHECK(std::reduce(many.begin(), many.end(), 0LL) == 4999950000LL);
    std::string words;
    for (auto part : std::views::split(std::string_view("one two three"), ' ')) {
        words += std::string(part.begin(), part.end()) + ";";
    }
    SAY(words);
    int plain[] = {4, 5, 6};
    SAY(std::accumulate(std::begin(plain), std::end(plain), 0));
    CHECK(std::span(plain).subspan(1).front() == 5);
    SAY((int)(*std::ranges::find_if(many, [](int i) { return i < 50000; })));
}

void sums()
{
    std::variant<int, std::string> variant = "text";
    CHECK(std::visit([](const auto &value) { return text_of(value); }, variant) == "text");
    THROWS(std::bad_variant_access, (void)std::get<int>(variant));
    std::any any = 5;
    CHECK(std::any_cast<int>(any) == 5);
    THROWS(std::bad_any_cast, (void)std::any_cast<double>(any));
    std::expected<int, std::string> expected = std::unexpected("failed");
    CHECK(expected.error() == "failed");
    THROWS(std::bad_expected_access<std::string>, (void)expected.value());
    std::optional<std::string> optional;
    CHECK(optional.value_or("none") == "none");
    THROWS(std::bad_optional_access, (void)optional.value());
    auto [first, second] = std::tuple(1, "two");
    CHECK(first == 1 && second[0] == 't');
    CHECK(std::invoke(std::plus<>(), 1, 2) == 3 && std::bind_front(std::minus<>(), 5)(3) == 2);
    CHECK(std::type_index(typeid(int)) != std::type_index(typeid(long)));
    CHECK(std::string(std::source_location::current().function_name()).find("sums") != std::string::npos);
}

struct Generator {
    struct promise_type {
        int value = 0;
        std::exception_ptr thrown;
        Generator get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int next)
        {
            value = next;
            return {};
        }
        void return_void() {}
        void unhandled_exception() { thrown = std::current_exception(); }
    };
    std::coroutine_handle<promise_type> handle;
    Generator(std::coroutine_handle<promise_type> of) : handle(of) {}
    Generator(const Generator &) = delete;
    ~Generator() { handle.destroy(); }
    bool next()
    {
        handle.resume();
        if (handle.promise().thrown) {
            std::rethrow_exception(handle.promise().thrown);
        }
        return !handle.done();
    }
};

Generator counts(int to)
{
    auto kept = std::make_unique<int>(to);
    for (int i = 0; i < *kept; i++) {
        co_yield i;
    }
}

Generator throws()
{
    co_yield 1;
    throw std::runtime_error("coroutine");
}

void coroutines()
{
    int sum = 0;
    for (Generator generator = counts(10); generator.next();) {
        sum += generator.handle.promise().value;
    }
    SAY(sum);
    Generator generator = throws();
    CHECK(generator.next());
    THROWS(std::runtime_error, generator.next());
}

void memory()
{
    std::pmr::monotonic_buffer_resource buffer;
    std::pmr::unsynchronized_pool_resource pool(&buffer);
    std::pmr::vector<std::pmr::string> strings(&pool);
    for (int i = 0; i < 1000; i++) {
        strings.emplace_back("a string that is too long for its object");
    }
    CHECK(strings.size() == 1000 && strings.back().get_allocator().resource() == &pool);
    THROWS(std::bad_alloc, (void)std::pmr::null_memory_resource()->allocate(1));
    struct alignas(256) Aligned {
        char bytes[256];
    };
    auto aligned = std::make_unique<Aligned[]>(3);
    CHECK(reinterpret_cast<std::uintptr_t>(aligned.get()) % 256 == 0);
}

void numbers()
{
    const std::complex<double> number(1, 2);
    CHECK(std::abs(number * number - std::complex<double>(-3, 4)) < 1e-12);
    std::valarray<double> values = {1, 2, 3};
    CHECK((values * values).sum() == 14);
    CHECK(std::hypot(3., 4., 12.) == 13 && std::gcd(12, 18) == 6 && std::midpoint(1, 4) == 2);
    CHECK(std::abs(std::lgamma(5.0) - std::log(24)) < 1e-12);
    std::mt19937_64 engine(5);
    SAY((long long)(engine() >> 20));
    std::normal_distribution<> normal;
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
        sum += normal(engine);
    }
    CHECK(std::abs(sum / 1000) < 0.2);
    std::random_device device;
    CHECK(device() != device() || device() != device());
    __extension__ typedef __int128 wide;
    wide product = (wide)1 << 100;
    CHECK((long long)(product >> 90) == 1024);
}

void time()
{
    using namespace std::chrono;
    const year_month_day day{sys_days{days{19000}}};
    SAY((int)day.year());
    SAY((int)(unsigned)day.day());
    CHECK(weekday(sys_days{days{0}}) == Thursday && (year(2024) / February / last).day() == 29d);
    CHECK(duration_cast<milliseconds>(1s).count() == 1000 && floor<hours>(minutes(119)) == 1h);
    CHECK(system_clock::now().time_since_epoch() > hours(24 * 365 * 50));
    const auto begin = steady_clock::now();
    CHECK(steady_clock::now() >= begin);
}

} // namespace

int main()
{
    containers();
    ranges();
    sums();
    coroutines();
    memory();
    numbers();
    time();
    return done();
}
