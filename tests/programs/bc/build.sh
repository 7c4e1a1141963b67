# GNU bc and dc. $1: their unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# The bc that is built makes its own library of functions. The manual takes makeinfo.
./configure --host="$WALI_HOST" --quiet --disable-dependency-tracking MAKEINFO=true \
    CFLAGS="-O2 -w -D_DEFAULT_SOURCE" # which -ansi hides: random() would be an int
make -s SUBDIRS="lib bc dc"
