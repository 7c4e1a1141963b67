# CMake before 3.31 has no file for this system, and says so in each configuration.
set(WASI 1)
set(CMAKE_FIND_LIBRARY_PREFIXES "lib")
set(CMAKE_FIND_LIBRARY_SUFFIXES ".a")
