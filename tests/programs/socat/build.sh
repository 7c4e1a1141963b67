# socat, filan and procan, without TLS and readline. $1: the unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
./configure --host="$WALI_HOST" --quiet --disable-openssl --disable-readline --disable-libwrap CFLAGS="-O2 -w"
make -s progs
