# less, with ncurses. $1: its unpacked sources. Builds in the current folder.
"$1/configure" --host="$WALI_HOST" --quiet CFLAGS="-O2 -w"
make -s less
