# curl, static, without TLS. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# Two places where a long has 64 bits and is not what it is taken for: the parts of an IPv4 address, unsigned longs,
# are printed with %u; and curl's own printf reads a long for %z, a size_t.
sed -i 's/"%u\.%u\.%u\.%u"/"%lu.%lu.%lu.%lu"/' lib/urlapi.c
sed -i '/SIZEOF_SIZE_T > SIZEOF_LONG/,/endif/s/FLAGS_LONG;/0;/' lib/mprintf.c
./configure --host="$WALI_HOST" --quiet --disable-shared --without-ssl --without-brotli --without-zstd --without-zlib \
    --enable-ipv6 --disable-ldap --disable-manual --disable-dependency-tracking CFLAGS="-O2 -w"
make -s -C lib
make -s -C src
