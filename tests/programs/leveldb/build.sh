# leveldb's library by its CMake project, and all its tests with Debian's googletest. $1: leveldb, $2: googletest.
cmake -G Ninja -S "$(dirname "$0")" -B . -DCMAKE_BUILD_TYPE=Release -DLEVELDB="$1" -DGOOGLETEST="$2"
cmake --build .
