# GNU awk. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# No extensions: they are shared libraries. MPFR is not to be had, and readline is for the debugger alone.
# Memory that persists takes pointers of 64 bits.
./configure --host="$WALI_HOST" --quiet --disable-nls --disable-mpfr --disable-extensions --disable-pma --without-readline \
    --disable-dependency-tracking CFLAGS="-O2 -w"
make -s SUBDIRS=support
make -s gawk
