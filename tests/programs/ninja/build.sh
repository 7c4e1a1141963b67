# ninja and its tests, by its CMake project. $1: its source.
cmake -G Ninja -S "$1" -B . -DCMAKE_BUILD_TYPE=Release
cmake --build . --target ninja ninja_test
