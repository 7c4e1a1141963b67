# abseil by its CMake project, with Debian's googletest, and what CMakeLists.txt names. $1: abseil, $2: googletest.
cmake -G Ninja -S "$(dirname "$0")" -B . -DCMAKE_BUILD_TYPE=Release -DABSEIL="$1" -DGOOGLETEST="$2"
cmake --build . --target chosen
