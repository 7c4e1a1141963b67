# The shell of SQLite, by ../CMakeLists.txt. $1: Fossil, unpacked. Builds in the current folder.
cmake -G Ninja -S "$(dirname "$0")/.." -B . -DSQLITE_SOURCES="$1"
cmake --build .
