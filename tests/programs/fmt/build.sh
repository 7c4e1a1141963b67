# fmt's tests with Debian's googletest, for Debian's tarball of fmt has none. $1: fmt, $2: googletest.
cmake -G Ninja -S "$(dirname "$0")" -B . -DCMAKE_BUILD_TYPE=Release -DFMT="$1" -DGOOGLETEST="$2"
cmake --build .
