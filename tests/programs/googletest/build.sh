# googletest's own tests of what a machine decides: threads, death tests by fork and exec, files, types. $1: its source.
cmake -G Ninja -S "$1" -B . -DCMAKE_BUILD_TYPE=Release -DBUILD_GMOCK=OFF -DINSTALL_GTEST=OFF -Dgtest_build_tests=ON
cmake --build . --target gtest_unittest googletest-printers-test googletest-port-test googletest-death-test-test \
    googletest-param-test-test gtest-typed-test_test
