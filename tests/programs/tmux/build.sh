# tmux, with ncurses and libevent. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
./configure --host="$WALI_HOST" --quiet --disable-dependency-tracking CFLAGS="-O2 -w"
make -s tmux
