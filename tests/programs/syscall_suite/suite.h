/* What the programs of this suite share: a descriptor that closes itself, and a matcher for results of system
 * calls. */
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

/* For children and threads, where an expectation's failure would go unseen. */
#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition);               \
            std::abort();                                                                                    \
        }                                                                                                    \
    } while (false)

namespace suite
{

template <typename... Parts> std::string Joined(const Parts &...parts)
{
    std::ostringstream text;
    (void)(text << ... << parts);
    return text.str();
}

class FileDescriptor
{
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : fd_(fd)
    {
    }
    FileDescriptor(FileDescriptor &&other) noexcept : fd_(std::exchange(other.fd_, -1))
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor()
    {
        if (fd_ >= 0) {
            EXPECT_EQ(close(fd_), 0) << std::strerror(errno);
        }
    }
    int get() const
    {
        return fd_;
    }

  private:
    int fd_ = -1;
};

/* The descriptor, if the call has made one. */
inline std::optional<FileDescriptor> Made(int fd)
{
    if (fd < 0) {
        return std::nullopt;
    }
    return FileDescriptor(fd);
}

MATCHER(Succeeds, negation ? "fails" : "succeeds")
{
    if (arg >= 0) {
        return true;
    }
    *result_listener << "errno " << errno << " (" << std::strerror(errno) << ")";
    return false;
}

MATCHER_P(FailsWith, error, Joined(negation ? "does not fail with " : "fails with ", std::strerror(error)))
{
    if (arg == -1 && errno == error) {
        return true;
    }
    *result_listener << "is " << arg << ", errno " << errno;
    return false;
}

#define ASSERT_OK_AND_MAKE(name, call)                                                                       \
    auto name##_made = Made(call);                                                                           \
    ASSERT_TRUE(name##_made) << #call << ": " << std::strerror(errno);                                       \
    auto name = *std::move(name##_made)

} // namespace suite
