# libuv's tests. $1: its unpacked sources. Builds in the current folder.
# Threads' functions give no result there, and pthread_create calls them by a type with one.
fix=
if [ "$WALI_HOST" ]; then fix=-mwali-fix-calls; fi
mkdir test
cp -a "$1/test/fixtures" test
cmake -S "$1" -B . -DCMAKE_BUILD_TYPE=Release -DCMAKE_POLICY_VERSION_MINIMUM=3.5 -DLIBUV_BUILD_TESTS=ON \
    -DCMAKE_C_FLAGS=-w -DCMAKE_EXE_LINKER_FLAGS="$fix"
cmake --build . --target uv_run_tests_a uv_run_benchmarks_a
