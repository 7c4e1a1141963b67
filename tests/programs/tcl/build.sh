# Tcl: the shell, and the one with the test commands. $1: its unpacked sources. Builds in a copy of them, the current
# folder.
cp -a "$1/." .
# Without __LP64__, it overrules what configure has found of a long.
sed -i 's/ && !defined(__LP64__)$/ \&\& __SIZEOF_LONG__ < 8/' generic/tcl.h
cd unix

# Threads are started by functions that answer nothing.
fix=
if [ "$WALI_HOST" ]; then fix=-mwali-fix-calls; fi

./configure --host="$WALI_HOST" --quiet --disable-shared --disable-load CFLAGS="-O2 -w" LDFLAGS=$fix
make -s tclsh tcltest
