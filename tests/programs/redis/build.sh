# redis-server, redis-cli, redis-benchmark. $1: the unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
cd src
# A string that is an integer is kept in the place of its pointer, which natively has room for a long.
sed -i -E 's/\(long\) ?([a-z]+->ptr)/(long)(intptr_t)\1/' ./*.c
sed -i 's/value >= LONG_MIN && value <= LONG_MAX/value >= INTPTR_MIN \&\& value <= INTPTR_MAX/' object.c t_string.c
sed -i 's/string2l(s,len,&value)/& \&\& value == (intptr_t)value/' object.c
# %i of sdscatfmt takes an int, %U a uint64_t; the bits of a size_t are counted in a long.
sed -i -E '/^sds representSlotInfo.*\{/,/^\}/s/unsigned long (start|end) =/int \1 =/' cluster.c
sed -i 's/%U additional replica/%i additional replica/' redis-cli.c
sed -i 's/size_in_bits = 8\*(int)sizeof(mem)/size_in_bits = 8*(int)sizeof(long)/' server.c
# jemalloc is for machines it knows. `wali` in its name says which compiler; the make variables reach Lua and hiredis too.
make -s MALLOC=libc REDIS_CFLAGS=-DUSE_MALLOC_USABLE_SIZE DEBUG= WARN=-w CC="$CC" AR="$AR" RANLIB="$RANLIB" \
    redis-server redis-cli redis-benchmark
