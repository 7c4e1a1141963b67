# curl, static, without TLS. $1, $2: curl and zlib, unpacked. Builds in copies of them, the first in the current folder.
cp -a "$1/." .
cp -a "$2" zlib
(cd zlib && ./configure --static && make -s libz.a && mkdir include lib && cp zlib.h zconf.h include && cp libz.a lib)
# Two places where a long has 64 bits and is not what it is taken for: the parts of an IPv4 address, unsigned longs,
# are printed with %u; and curl's own printf reads a long for %z, a size_t.
sed -i 's/"%u\.%u\.%u\.%u"/"%lu.%lu.%lu.%lu"/' lib/urlapi.c
sed -i '/SIZEOF_SIZE_T > SIZEOF_LONG/,/endif/s/FLAGS_LONG;/0;/' lib/mprintf.c
# Left out is what a machine may have for its own programs, and a wasm build has not.
without=$(printf ' --without-%s' ssl brotli zstd libpsl libidn2 libgsasl librtmp nghttp2 libssh2 libssh)
# HMAC (for CRAM-MD5) calls functions that answer with a code through pointers to functions that answer nothing.
fix=
if [ "$WALI_HOST" ]; then fix=-mwali-fix-calls; fi
./configure --host="$WALI_HOST" LDFLAGS=$fix --quiet --disable-shared $without --with-zlib="$PWD/zlib" --enable-ipv6 --disable-ldap \
    --enable-websockets --disable-dependency-tracking CFLAGS="-O2 -w"
make -s -C lib
make -s -C src
if command -v perl >/dev/null; then # upstream's tests need it
    LDFLAGS=$fix sh -eu "$(dirname "$0")/libtests.sh" zlib/libz.a
fi
