# The servers of curl's own tests, which are the tests' peers and so always native. $1: curl, unpacked.
cp -a "$1/." .
without=$(printf ' --without-%s' ssl zlib brotli zstd libpsl libidn2 libgsasl librtmp nghttp2 libssh2 libssh)
./configure --host="$WALI_HOST" --quiet --disable-shared $without --disable-ldap --disable-dependency-tracking CFLAGS="-O2 -w"
make -s -C tests/server
