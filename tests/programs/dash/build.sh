# dash. $1: its unpacked sources. Builds in the current folder.
. "$(dirname "$0")/../old_c.sh"

"$1/configure" --host="$WALI_HOST" -q CFLAGS=-O2
make -s CFLAGS="-O2 $OLD_C"
