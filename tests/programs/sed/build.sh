# GNU sed, and what its tests call. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# ck_getdelim answers -1 as a size_t, which a long holds as 4294967295 where it is the wider one.
sed -i 's/long result = ck_getdelim/ssize_t result = ck_getdelim/' sed/execute.c
./configure --host="$WALI_HOST" --quiet --disable-nls --disable-dependency-tracking CFLAGS="-O2 -w"
make -s SUBDIRS=.
make -s SUBDIRS=. check TESTS= # builds the helpers
