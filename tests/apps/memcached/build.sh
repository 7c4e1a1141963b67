# memcached and the libevent that it stands on. $1, $2: libevent and memcached, unpacked. Builds in the current folder.
mkdir libevent memcached-build
(
    cd libevent
    "$1/configure" --host="$WALI_HOST" --quiet --disable-shared --disable-openssl --disable-samples \
        --disable-libevent-regress --disable-dependency-tracking CFLAGS="-O2 -w"
    make -s include/event2/event-config.h # `make all` would make it first
    make -s libevent.la
)
(
    cd memcached-build
    "$2/configure" --host="$WALI_HOST" --quiet --disable-docs --disable-coverage --disable-dependency-tracking \
        CFLAGS="-O2" CPPFLAGS="-I$1/include -I../libevent/include" LDFLAGS="-L../libevent/.libs"
    make -s memcached
)
mv memcached-build/memcached memcached
