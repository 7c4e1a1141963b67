/* What the programs of this suite share: a descriptor that closes itself, and a matcher for results of system calls. */
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/strings/string_view.h"
#include "absl/types/variant.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

ABSL_DECLARE_FLAG(absl::Duration, wait);

namespace suite {

inline std::vector<char *> left_words;

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor &operator=(FileDescriptor &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) EXPECT_EQ(close(fd_), 0) << std::strerror(errno);
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

/* The descriptor, or what the kernel said. */
using Descriptor = absl::variant<FileDescriptor, std::string>;
inline Descriptor Made(int fd, absl::string_view what) {
  if (fd < 0) return absl::StrCat(what, ": ", std::strerror(errno));
  return FileDescriptor(fd);
}

MATCHER(Succeeds, absl::StrCat(negation ? "fails" : "succeeds")) {
  if (arg >= 0) return true;
  *result_listener << "errno " << errno << " (" << std::strerror(errno) << ")";
  return false;
}

MATCHER_P(FailsWith, error, absl::StrCat(negation ? "does not fail with " : "fails with ", std::strerror(error))) {
  if (arg == -1 && errno == error) return true;
  *result_listener << "is " << arg << ", errno " << errno;
  return false;
}

#define ASSERT_OK_AND_MAKE(name, expression)                                                        \
  auto name##_or = (expression);                                                                    \
  ASSERT_TRUE(absl::holds_alternative<FileDescriptor>(name##_or)) << absl::get<std::string>(name##_or); \
  auto name = absl::get<FileDescriptor>(std::move(name##_or))

}  // namespace suite
