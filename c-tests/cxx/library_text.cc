// Text: streams and their manipulators, locales, regular expressions, conversions, std::format.
#include "check.hpp"

#include <charconv>
#include <climits>
#include <cmath>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <locale>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>
#if __has_include(<format>)
#include <chrono>
#include <format>
#endif

namespace {

void streams()
{
    std::ostringstream out;
    out << std::hex << std::showbase << 255 << ' ' << std::dec << std::fixed << std::setprecision(3) << 3.14159 << ' '
        << std::boolalpha << true << ' ' << 1.5L << ' ' << std::setw(6) << std::setfill('*') << -42 << ' '
        << std::scientific << 12345.678 << ' ' << std::defaultfloat << 1e100 << ' ' << std::quoted("a \"b\"");
    SAY(out.str());
    std::istringstream in("42 -17 0.25 abc 0x1f true");
    int one, two;
    double quarter;
    std::string word;
    unsigned hex;
    bool truth;
    in >> one >> two >> quarter >> word >> std::hex >> hex >> std::boolalpha >> truth;
    CHECK(in && one == 42 && two == -17 && quarter == 0.25 && word == "abc" && hex == 31 && truth);
    std::istringstream words("one two three");
    std::vector<std::string> all(std::istream_iterator<std::string>(words), {});
    CHECK(all.size() == 3 && all[2] == "three");
    std::istringstream bad("12x");
    bad >> one >> two;
    CHECK(one == 12 && bad.fail());
    std::cout << "to cout " << std::setw(4) << 7 << std::endl;
    std::wostringstream wide;
    wide << L"wide " << 12 << L' ' << 0.5;
    CHECK(wide.str() == L"wide 12 0.5");
}

void locales()
{
    const std::locale &classic = std::locale::classic();
    CHECK(std::toupper('a', classic) == 'A' && std::isalpha('z', classic) && !std::isdigit('x', classic));
    struct Grouped : std::numpunct<char> {
        char do_thousands_sep() const override { return '.'; }
        std::string do_grouping() const override { return "\3"; }
        char do_decimal_point() const override { return ','; }
    };
    std::ostringstream out;
    out.imbue(std::locale(classic, new Grouped));
    out << 1234567 << ' ' << 2.5;
    SAY(out.str());
    std::tm epoch = {};
    epoch.tm_year = 70;
    epoch.tm_mday = 1;
    epoch.tm_wday = 4;
    std::ostringstream day;
    day << std::put_time(&epoch, "%Y-%m-%d %A");
    SAY(day.str());
    std::istringstream when("2024-02-29 12:34:56");
    std::tm read = {};
    when >> std::get_time(&read, "%Y-%m-%d %H:%M:%S");
    CHECK(when && read.tm_year == 124 && read.tm_mon == 1 && read.tm_sec == 56);
}

void expressions()
{
    const std::regex mail("(\\w+)@(\\w+)\\.com", std::regex::icase);
    const std::string text = "mail Bob@Example.COM and eve@test.com";
    std::smatch match;
    CHECK(std::regex_search(text, match, mail) && match[1] == "Bob" && match[2] == "Example");
    SAY(std::regex_replace(text, mail, "<$2:$1>"));
    SAY((int)std::distance(std::sregex_iterator(text.begin(), text.end(), mail), {}));
    CHECK(std::regex_match("2024-02-29", std::regex("\\d{4}-(\\d\\d)-[0-9]+")));
    CHECK(std::regex_match("aXbb", std::regex("a[[:upper:]]b*", std::regex::extended)));
    THROWS(std::regex_error, std::regex("(["));
}

void conversions()
{
    char buffer[128];
    for (double value : {0.1, 1e300 / 3, 5e-324, -0.0, 123456789.0, 1e23}) {
        auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
        std::printf("%.*s ", (int)(end - buffer), buffer);
        double back = 1;
        std::from_chars(buffer, end, back);
        CHECK(back == value && std::signbit(back) == std::signbit(value));
    }
    auto end = std::to_chars(buffer, buffer + sizeof buffer, 255, 2).ptr;
    std::printf("%.*s\n", (int)(end - buffer), buffer);
    int number = 0;
    const std::string large = "99999999999";
    CHECK(std::from_chars(large.data(), large.data() + 11, number).ec == std::errc::result_out_of_range);
    CHECK(std::stod("0x1.8p1") == 3 && std::stoll("-9223372036854775808") == LLONG_MIN);
    THROWS(std::invalid_argument, (void)std::stoi("zz"));
    THROWS(std::out_of_range, (void)std::stoi("99999999999"));
    CHECK(std::to_string(1.5) == "1.500000" && std::to_wstring(7) == L"7");
    CHECK(std::lround(2.5) == 3 && std::lrint(2.5) == 2 && std::lround(-1e10) == -10000000000);
    CHECK(std::lround(2.5f) == 3 && std::lrint(3.5L) == 4 && std::llround(1e15) == 1000000000000000);
}

// A native library may not have it yet, and then what it would say stands here alone.
void formats()
{
#if defined(__cpp_lib_format)
#define FORMAT(expected, ...) CHECK(std::format(__VA_ARGS__) == expected)
    FORMAT("      42|ab   |  mid  |0xff|3.142|true", "{:>8}|{:<5}|{:^7}|{:#x}|{:.3f}|{}", 42, "ab", "mid", 255, 3.14159,
           true);
    FORMAT("b a", "{1} {0}", "a", 'b');
    FORMAT("0.3333333333333333 inf 1e+300", "{} {} {}", 1.0 / 3, HUGE_VAL, 1e300);
    FORMAT("18446744073709551615 -9223372036854775808", "{} {}", ULLONG_MAX, LLONG_MIN);
    FORMAT("+7 0007 *7*", "{:+} {:04} {:*^3}", 7, 7, 7);
    FORMAT("1971-01-01 00:00", "{:%Y-%m-%d %H:%M}", std::chrono::sys_seconds{std::chrono::seconds{86400 * 365}});
    FORMAT("90s 01:30", "{} {:%M:%S}", std::chrono::seconds(90), std::chrono::seconds(90));
#if defined(__cpp_lib_format_ranges)
    FORMAT("[1, 2, 3]", "{}", std::vector{1, 2, 3});
    FORMAT("\"a\\tb\"", "{:?}", "a\tb");
#endif
    THROWS(std::format_error, (void)std::vformat("{:d}", std::make_format_args("text")));
#endif
}

enum class Letter : unsigned short { a = 1, b, c };

template <typename Char> void text_of(std::vector<Char> letters)
{
    using Text = std::basic_string<Char>;
    using Traits = std::char_traits<Char>;
    const Text text(letters.begin(), letters.end());
    Text twice = text + text;
    CHECK(twice.size() == 6 && twice.compare(0, 3, text) == 0 && twice.find(letters[1], 2) == 4);
    CHECK(twice.rfind(text) == 3 && text < twice && twice.substr(3) == text && twice.find(Char()) == Text::npos);
    twice.replace(1, 4, 40, letters[2]);
    CHECK(twice.size() == 42 && twice.find_first_not_of(letters[2], 1) == Text::npos);
    twice.erase(1).append(text.c_str());
    CHECK(std::basic_string_view<Char>(twice).substr(1) == text && Traits::length(text.c_str()) == 3);
    CHECK(Traits::compare(text.data(), twice.data() + 1, 3) == 0 && Traits::lt(letters[0], letters[1]));
    CHECK(!Traits::eq_int_type(Traits::eof(), Traits::to_int_type(letters[2])));
    CHECK(Traits::eq_int_type(Traits::not_eof(Traits::to_int_type(letters[0])), Traits::to_int_type(letters[0])));
    CHECK(Traits::to_char_type(Traits::to_int_type(letters[2])) == letters[2]);
    std::printf("%zu ", sizeof(typename Traits::int_type));
}

// The standard leaves open whether there are texts of these; libstdc++ has them.
void characters_of_other_types()
{
    text_of<unsigned char>({'a', 'b', 0xff});
    text_of<signed char>({1, 2, 3});
    text_of<uint16_t>({1, 2, 0xffff});
    text_of<int32_t>({-2, 1, 70000});
    text_of<uint64_t>({1, 2, 1ull << 60});
    text_of<Letter>({Letter::a, Letter::b, Letter::c});
    std::printf("\n");
}

} // namespace

int main()
{
    streams();
    characters_of_other_types();
    locales();
    expressions();
    conversions();
    formats();
    return done();
}
