# xz, and what its tests call. $1: its unpacked sources. Builds in the current folder.
"$1/configure" --host="$WALI_HOST" --quiet --disable-shared --disable-nls --disable-doc --disable-assembler \
    --disable-dependency-tracking CFLAGS="-O2 -w"
make -s
make -s -C tests check TESTS= # builds the helpers
