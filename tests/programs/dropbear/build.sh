# dropbear (the SSH server), dbclient, dropbearkey and dropbearconvert. $1: the unpacked sources.
# Builds in a copy of them, the current folder.
cp -a "$1/." .
# For the tests alone: authorized_keys comes from a folder of theirs, not from the user's home.
sed -i 's/ses\.authstate\.pw_dir/getenv("TEST_HOME")/' svr-authpubkey.c
# -D__64BIT__: its libraries tell the width of a long by the names of machines.
./configure --host="$WALI_HOST" --quiet --disable-zlib --disable-harden --enable-bundled-libtom \
    CFLAGS="-O2 -w" CPPFLAGS="-D__64BIT__"
make -s PROGRAMS="dropbear dbclient dropbearkey dropbearconvert"
