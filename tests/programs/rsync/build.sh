# rsync with its own popt and zlib, and what its tests call. $1: its unpacked sources. Builds in a copy of them, the
# current folder, for `make check` puts links beside the tests.
cp -a "$1/." .
# Left out are libraries that only other checksums and compressions take.
./configure --host="$WALI_HOST" --quiet --disable-md2man --disable-openssl --disable-xxhash --disable-zstd --disable-lz4 \
    CFLAGS="-O2 -w"
make -s rsync tls testrun trimslash t_unsafe wildtest getgroups getfsdev
