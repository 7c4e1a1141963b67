/* The main of a suite of system-call tests: googletest's words, then those of absl's flags, then what all tests have. */
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "suite/suite.h"

ABSL_FLAG(std::string, name, "", "a text");
ABSL_FLAG(int32_t, number, 7, "an integer");
ABSL_FLAG(bool, yes, false, "a truth value");
ABSL_FLAG(absl::Duration, wait, absl::Milliseconds(20), "a duration");
ABSL_FLAG(std::vector<std::string>, list, {}, "a list");

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  absl::SetProgramUsageMessage("tests of the machine");
  suite::left_words = absl::ParseCommandLine(argc, argv);
  std::printf("flags: name=%s number=%d yes=%d wait=%s list=%s left=%zu\n", absl::GetFlag(FLAGS_name).c_str(),
              absl::GetFlag(FLAGS_number), absl::GetFlag(FLAGS_yes),
              absl::FormatDuration(absl::GetFlag(FLAGS_wait)).c_str(), absl::StrJoin(absl::GetFlag(FLAGS_list), "+").c_str(),
              suite::left_words.size());
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  if (sigaction(SIGPIPE, &ignore, nullptr)) return 2;
  return RUN_ALL_TESTS();
}
