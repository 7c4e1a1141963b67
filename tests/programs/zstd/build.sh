# The command zstd, and what its tests call. $1: its unpacked sources. Builds in the current folder.
cp -a "$1/lib" "$1/programs" "$1/tests" .
make -s -C programs zstd CFLAGS="-O3 -w" ZSTD_NO_ASM=1 HAVE_ZLIB=1 HAVE_LZMA=0 HAVE_LZ4=0
make -s -C tests datagen CFLAGS="-O2 -w" ZSTD_NO_ASM=1
