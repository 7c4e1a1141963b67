# redis-server, redis-cli, redis-benchmark. Wants REDIS, the unpacked sources; builds in a copy of them, the current folder.
eval "$(wali sdk env)"

cp -a "$REDIS/." .
# jemalloc is for machines it knows. `wali` in its name says which compiler; the make variables reach Lua and hiredis too.
make -s -C src MALLOC=libc REDIS_CFLAGS=-DUSE_MALLOC_USABLE_SIZE DEBUG= WARN=-w CC="$CC" AR="$AR" RANLIB="$RANLIB" redis-server redis-cli redis-benchmark
