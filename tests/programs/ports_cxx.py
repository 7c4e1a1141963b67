"""Programs in C++, which run their own tests (test_cxx_programs.py)."""

from __future__ import annotations

from tests.programs.ports import Port, of_debian

GOOGLETEST_SOURCE = of_debian(
    "googletest 1.12.1-0.2 gz",
    "81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2",
    "googletest",
    "googlemock",
    "CMakeLists.txt",
)
GOOGLETEST = Port(
    name="googletest",
    sources=(GOOGLETEST_SOURCE,),
    programs=(
        "googletest/gtest_unittest",
        "googletest/googletest-printers-test",
        "googletest/googletest-port-test",
        "googletest/googletest-death-test-test",
        "googletest/googletest-param-test-test",
        "googletest/gtest-typed-test_test",
    ),
)
NINJA = Port(
    name="ninja",
    sources=(
        of_debian(
            "ninja-build 1.11.1-2~deb12u1 gz",
            "31747ae633213f1eda3842686f83c2aa1412e0f5691d1c14dbbcc67fe7400cea",
            "src",
            "CMakeLists.txt",
            "misc",
        ),
    ),
    programs=("ninja", "ninja_test"),
)
FMT = Port(
    name="fmt",
    sources=(
        of_debian(
            "fmtlib 9.1.0+ds1-2 gz",
            "84ce1c2d0be3a9863935137969dcec6970125caac032f82474640bfc81463583",
            "include",
            "src",
            "test",
        ),
        GOOGLETEST_SOURCE,
    ),
    programs=("core-test", "format-test", "args-test"),
    inputs=("fmt/CMakeLists.txt", "googletest/gtest.cmake"),
)
SYSCALL_SUITE = Port(
    name="syscall_suite",
    sources=(GOOGLETEST_SOURCE,),
    programs=("suite",),
    inputs=(
        "googletest/gtest.cmake",
        *(f"syscall_suite/{name}" for name in ("CMakeLists.txt", "suite.h", "deaths.cc", "kernel.cc", "kinds.cc")),
    ),
)
NLOHMANN_JSON = Port(
    name="nlohmann_json",
    sources=(
        of_debian(
            "nlohmann-json3 3.11.2-2 gz",
            "d69f9deb6a75e2580465c6c4c5111b89c4dc2fa94e3a85fcd2ffcd9a143d9273",
            "include",
            "single_include",
            "tests",
            "cmake",
            "CMakeLists.txt",
            "nlohmann_json.natvis",
        ),
    ),
    programs=tuple(
        f"tests/test-{name}_cpp17"
        for name in (
            "32bit",
            "class_lexer",
            "class_parser",
            "conversions",
            "deserialization",
            "msgpack",
            "serialization",
            "to_chars",
            "udt",
            "user_defined_input",
            "wstring",
        )
    ),
)
LEVELDB = Port(
    name="leveldb",
    sources=(
        of_debian("leveldb 1.23-4 gz", "9a37f8a6174f09bd622bc723b55881dc541cd50747cbd08831c2a82d620f6d76"),
        GOOGLETEST_SOURCE,
    ),
    programs=tuple(
        f"{name}_test"
        for name in (
            "c",
            "fault_injection",
            "autocompact",
            "corruption",
            "db",
            "dbformat",
            "filename",
            "log",
            "recovery",
            "skiplist",
            "version_edit",
            "version_set",
            "write_batch",
            "memenv",
            "issue178",
            "issue200",
            "issue320",
            "filter_block",
            "table",
            "arena",
            "bloom",
            "cache",
            "coding",
            "crc32c",
            "env",
            "env_posix",
            "hash",
            "logging",
            "no_destructor",
            "status",
        )
    ),
    inputs=("leveldb/CMakeLists.txt", "leveldb/benchmark/benchmark.h", "googletest/gtest.cmake"),
)
RE2 = Port(
    name="re2",
    sources=(
        of_debian("re2 20220601+dfsg-1 xz", "3bc61251da3b0b97be40a8a127818c517c62516e4eda11fc901d29496663df54"),
        of_debian(
            "perl 5.36.0-7+deb12u3 xz",
            "0f386dccbee8e26286404b2cca144e1005be65477979beb9b1ba272d4819bcf0",
            "lib/unicore/UnicodeData.txt",
            "lib/unicore/Scripts.txt",
            "lib/unicore/CaseFolding.txt",
        ),
    ),
    programs=tuple(
        f"{name}_test"
        for name in (
            "charclass",
            "compile",
            "filtered_re2",
            "mimics_pcre",
            "parse",
            "possible_match",
            "re2",
            "re2_arg",
            "regexp",
            "required_prefix",
            "search",
            "set",
            "simplify",
            "string_generator",
            "dfa",
            "random",
        )
    ),
)
ABSEIL = Port(
    name="abseil",
    sources=(
        of_debian("abseil 20220623.1-1+deb12u2 gz", "abfe2897f3a30edaa74bc34365afe3c2a3cd012091a97dc7e008f7016adcd5fe"),
        GOOGLETEST_SOURCE,
    ),
    programs=(
        "threads",
        "flags",
        *(
            f"bin/absl_{name}_test"
            for name in (
                "mutex",
                "notification",
                "barrier",
                "blocking_counter",
                "per_thread_sem",
                "call_once",
                "sysinfo",
                "thread_identity",
                "demangle",
            )
        ),
    ),
    inputs=("abseil/CMakeLists.txt", "abseil/flags.cc", "abseil/threads.cc", "googletest/gtest.cmake"),
)
