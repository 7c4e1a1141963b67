# Some of nlohmann-json's unit tests, by its CMake project: all of them take a quarter of an hour to compile. Those of
# allocators (allocator, regression2) libc++ refuses, for theirs cannot be rebound. $1: its source. 32bit is there where
# size_t has 32 bits, as its CMake file finds out by itself.
bits32=
[ -z "$WALI_HOST" ] || bits32=test-32bit_cpp17
cmake -G Ninja -S "$1" -B . -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1 -DJSON_BuildTests=ON \
    -DJSON_TestDataDirectory=/nonexistent -DJSON_Install=OFF -DJSON_TestStandards=17 -DCMAKE_POLICY_VERSION_MINIMUM=3.5
cmake --build . --target $bits32 test-class_lexer_cpp17 test-class_parser_cpp17 test-conversions_cpp17 \
    test-deserialization_cpp17 test-msgpack_cpp17 test-serialization_cpp17 test-to_chars_cpp17 test-udt_cpp17 \
    test-user_defined_input_cpp17 test-wstring_cpp17
