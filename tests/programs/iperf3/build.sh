# iperf3 and its tests' programs, without TLS. $1: the unpacked sources. Builds in the current folder.
"$1/configure" --host="$WALI_HOST" --quiet --disable-shared --disable-dependency-tracking --without-openssl CFLAGS="-O2 -w"
make -s
