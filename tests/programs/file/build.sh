# file and the magic that it compiles itself. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
./configure --host="$WALI_HOST" --quiet --disable-shared --disable-libseccomp --disable-bzlib --disable-xzlib \
    --disable-zstdlib --disable-lzlib --disable-dependency-tracking CFLAGS="-O2 -w"
make -s -C src
# A cross build would take the machine's file; the one that was built runs.
make -s -C magic FILE_COMPILE="$PWD/src/file" FILE_COMPILE_DEP="$PWD/src/file"
make -s -C tests check TESTS= # builds the helper
