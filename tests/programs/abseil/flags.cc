/* The main of a suite of tests: googletest's words, and then those of abseil's flags. */
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

ABSL_FLAG(int32_t, number, 7, "an integer");
ABSL_FLAG(bool, yes, false, "a truth value");
ABSL_FLAG(absl::Duration, wait, absl::Milliseconds(20), "a duration");
ABSL_FLAG(std::vector<std::string>, list, {}, "a list");

TEST(Flags, KeepWhatWasSet)
{
    absl::SetFlag(&FLAGS_number, 11);
    EXPECT_EQ(absl::GetFlag(FLAGS_number), 11);
}

TEST(Flags, AreThoseOfAChildThatIsExecuted)
{
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(std::exit(absl::GetFlag(FLAGS_yes)), testing::ExitedWithCode(1), "");
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    absl::SetProgramUsageMessage("tests of flags");
    const std::vector<char *> left = absl::ParseCommandLine(argc, argv);
    std::printf("number=%d yes=%d wait=%s list=%s left=%zu\n", absl::GetFlag(FLAGS_number), absl::GetFlag(FLAGS_yes),
                absl::FormatDuration(absl::GetFlag(FLAGS_wait)).c_str(),
                absl::StrJoin(absl::GetFlag(FLAGS_list), "+").c_str(), left.size());
    return RUN_ALL_TESTS();
}
