# The interpreter, by ../CMakeLists.txt. $1: Lua, unpacked. Builds in the current folder.
cmake -G Ninja -S "$(dirname "$0")/.." -B . -DLUA_SOURCES="$1"
cmake --build .
