# git, and the helper programs of its tests. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
./configure --host="$WALI_HOST" --quiet --without-curl --without-openssl --without-tcltk --without-python --with-libpcre2 CFLAGS="-O2 -w"
echo 'NO_GETTEXT = YesPlease' >> config.mak # the messages' translations take msgfmt
make -s
