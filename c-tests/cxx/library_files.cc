// <filesystem> and <fstream>, in the current directory.
#include "check.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace fs = std::filesystem;

namespace {

void write(const fs::path &path, const std::string &text) { std::ofstream(path) << text; }

std::string tree(const fs::path &folder)
{
    std::vector<std::string> found;
    for (const auto &entry : fs::recursive_directory_iterator(folder)) {
        const char *kind = entry.is_symlink() ? "@" : entry.is_directory() ? "/" : "";
        found.push_back(entry.path().lexically_relative(folder).string() + kind);
    }
    std::sort(found.begin(), found.end());
    std::string text;
    for (const auto &name : found) {
        text += name + " ";
    }
    return text;
}

void streams()
{
    {
        std::ofstream out("numbers");
        out << "hello\n" << 12345678901234LL << "\n" << 0.5 << "\n";
    }
    std::ifstream in("numbers");
    std::string line;
    long long whole = 0;
    double half = 0;
    std::getline(in, line);
    in >> whole >> half;
    CHECK(line == "hello" && whole == 12345678901234LL && half == 0.5);
    CHECK(!(in >> whole) && in.eof());
    in.clear();
    in.seekg(2);
    std::getline(in, line);
    SAY(line);

    std::fstream both("both", std::ios::in | std::ios::out | std::ios::trunc | std::ios::binary);
    both << std::string(100000, 'x');
    both.seekp(50000);
    both << "middle";
    both.seekg(49998);
    std::string middle(10, ' ');
    both.read(middle.data(), 10);
    SAY(middle);

    std::ifstream strict;
    strict.exceptions(std::ios::failbit);
    THROWS(std::ios_base::failure, strict.open("nothing/here"));
}

void folders()
{
    CHECK(fs::create_directories("top/a/b/c"));
    CHECK(!fs::create_directory("top/a"));
    write("top/a/x.txt", "text");
    CHECK(fs::copy_file("top/a/x.txt", "top/a/y.txt"));
    fs::create_symlink("x.txt", "top/a/link");
    fs::create_hard_link("top/a/x.txt", "top/a/hard");
    SAY(tree("top"));
    SAY((int)fs::hard_link_count("top/a/x.txt"));
    CHECK(fs::read_symlink("top/a/link") == "x.txt" && fs::equivalent("top/a/link", "top/a/hard"));
    fs::rename("top/a/y.txt", "top/a/z.txt");
    fs::resize_file("top/a/z.txt", 3);
    SAY((int)fs::file_size("top/a/z.txt"));
    fs::permissions("top/a/z.txt", fs::perms::owner_read);
    CHECK((fs::status("top/a/z.txt").permissions() & fs::perms::all) == fs::perms::owner_read);
    const auto then = fs::last_write_time("top/a/x.txt");
    fs::last_write_time("top/a/x.txt", then - std::chrono::hours(1));
    CHECK(then - fs::last_write_time("top/a/x.txt") == std::chrono::hours(1));
    fs::copy("top/a", "copy", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    SAY(tree("copy"));
    CHECK(fs::canonical("top/a/../a/link") == fs::current_path() / "top/a/x.txt");
    CHECK(fs::space(".").capacity > 0);
    SAY((int)fs::remove_all("top"));
    CHECK(!fs::exists("top"));
    fs::current_path("copy");
    CHECK(fs::exists("x.txt"));
    fs::current_path("..");
    CHECK(fs::is_directory(fs::temp_directory_path()));
}

void errors()
{
    try {
        (void)fs::file_size("nothing");
    } catch (const fs::filesystem_error &error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
        CHECK(error.path1() == "nothing");
    }
    std::error_code code;
    fs::create_directory("none/below", code);
    CHECK(code == std::errc::no_such_file_or_directory);
    write("file", "");
    (void)fs::directory_iterator("file", code);
    CHECK(code == std::errc::not_a_directory);
    THROWS(fs::filesystem_error, fs::remove("copy"));
    THROWS(std::system_error, throw std::system_error(EINVAL, std::generic_category()));
}

void paths()
{
    const fs::path path = "/one/two/../three.tar.gz";
    SAY(path.filename().string());
    SAY(path.stem().string());
    SAY(path.extension().string());
    SAY(path.lexically_normal().string());
    SAY(fs::relative("/a/b/c", "/a/d").string());
    SAY((fs::path("a") / "/b").string());
    std::string parts;
    for (const auto &part : path) {
        parts += part.string() + "|";
    }
    SAY(parts);
}

} // namespace

int main()
{
    streams();
    folders();
    errors();
    paths();
    return done();
}
