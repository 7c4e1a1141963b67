# redis-server, redis-cli, redis-benchmark. $1: the unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# jemalloc is for machines it knows. `wali` in its name says which compiler; the make variables reach Lua and hiredis too.
make -s -C src MALLOC=libc REDIS_CFLAGS=-DUSE_MALLOC_USABLE_SIZE DEBUG= WARN=-w CC="$CC" AR="$AR" RANLIB="$RANLIB" \
    redis-server redis-cli redis-benchmark
