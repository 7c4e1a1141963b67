# nano, with ncurses. $1: its unpacked sources. Builds in the current folder.
# Left out is what a machine may have for its own programs, and a wasm build has not: libmagic, catalogues of messages.
"$1/configure" --host="$WALI_HOST" --quiet --disable-libmagic --disable-nls --disable-dependency-tracking CFLAGS="-O2 -w"
make -s -C lib
make -s -C src nano
