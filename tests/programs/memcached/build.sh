# memcached with its tests' programs, and the libevent that it stands on. $1, $2: libevent and memcached, unpacked.
# Builds in the current folder.
mkdir libevent
(
    cd libevent
    "$1/configure" --host="$WALI_HOST" --quiet --disable-shared --disable-openssl --disable-samples \
        --disable-libevent-regress --disable-dependency-tracking CFLAGS="-O2 -w"
    make -s include/event2/event-config.h # `make all` would make it first
    make -s libevent.la
)
cp -a "$2" memcached-build # the proxy finds its Lua by a relative path
(
    cd memcached-build
    # configure adds -Werror; clang 22 has a warning for the proxy's source that upstream's compilers had not.
    ./configure --host="$WALI_HOST" --quiet --enable-proxy --disable-docs --disable-coverage \
        --disable-dependency-tracking CFLAGS="-O2 -Wno-error=unused-but-set-variable" \
        CPPFLAGS="-I$1/include -I../libevent/include" LDFLAGS="-L../libevent/.libs"
    # The makefiles of these two name gcc and ar; Lua without loading shared objects, as tests/programs/CMakeLists.txt has it.
    make -s -C vendor/lua/src liblua.a CC="$CC -std=gnu99" AR="$AR rc" RANLIB="$RANLIB" MYCFLAGS=-DLUA_USE_POSIX
    make -s -C vendor/mcmc mcmc.o CC="$CC" CFLAGS=-O2
    make -s memcached memcached-debug testapp sizes timedrun
)
