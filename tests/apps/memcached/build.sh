# memcached and the libevent that it stands on. Wants LIBEVENT and MEMCACHED, the unpacked sources; builds in the current folder.
eval "$(wali sdk env)"

mkdir libevent memcached-build
(
    cd libevent
    "$LIBEVENT/configure" --host="$WALI_HOST" --quiet --disable-shared --disable-openssl --disable-samples \
        --disable-libevent-regress --disable-dependency-tracking CFLAGS="-O2 -w"
    make -s include/event2/event-config.h # `make all` would make it first
    make -s libevent.la
)
(
    cd memcached-build
    "$MEMCACHED/configure" --host="$WALI_HOST" --quiet --disable-docs --disable-coverage --disable-dependency-tracking \
        CFLAGS="-O2" CPPFLAGS="-I$LIBEVENT/include -I../libevent/include" LDFLAGS="-L../libevent/.libs"
    make -s memcached
)
mv memcached-build/memcached memcached
