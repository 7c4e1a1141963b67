# minigzip and the library's own test program, by ../CMakeLists.txt. $1: zlib, unpacked. Builds in the current folder.
cmake -G Ninja -S "$(dirname "$0")/.." -B . -DZLIB_SOURCES="$1"
cmake --build .
