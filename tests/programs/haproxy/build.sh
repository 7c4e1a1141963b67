# haproxy, without TLS and PCRE. $1: the unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# It refuses a long that is not as wide as a pointer. One that is too narrow is what it means; here it is wider.
sed -i 's/sizeof(long) != sizeof(void \*)/sizeof(long) < sizeof(void *)/' src/haproxy.c
# An entry of a stick table begins with a lock, a long, behind data that are rounded to the size of a pointer.
sed -i '/define round_ptr_size/s/sizeof(void \*)/sizeof(long)/g' src/stick_table.c
grep -q 'round_ptr_size(i) .*sizeof(long)' src/stick_table.c
# The two targets differ by what the C libraries have. What is called at the start takes up to three arguments, and is
# called with three.
target=linux-glibc fix=
if [ "$WALI_HOST" ]; then target=linux-musl fix=-mwali-fix-calls; fi
make -s haproxy TARGET=$target CC="$CC" LDFLAGS="$fix" CPU_CFLAGS=-O2 DEBUG_CFLAGS= IGNOREGIT=1
