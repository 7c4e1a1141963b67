# A small suite of system-call tests in C++. $1: googletest.
cmake -G Ninja -S "$(dirname "$0")" -B . -DCMAKE_BUILD_TYPE=Release -DGOOGLETEST="$1"
cmake --build .
