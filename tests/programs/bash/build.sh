# bash, and the helper programs of its tests. $1: its unpacked sources. Builds in the current folder.
. "$(dirname "$0")/../old_c.sh"

# bash calls clean-up functions of many types through pointers of one.
fix=
if [ "$WALI_HOST" ]; then fix=-mwali-fix-calls; fi

# Two answers for configure. It adds a replacement of strtoimax when the C library has one, where it means when it has
# none; that goes unnoticed as long as the library is shared. And its test for a broken strtold passes a char* for a
# char**, which clang 22 refuses. bash's own malloc wants sbrk.
"$1/configure" --host="$WALI_HOST" -q --without-bash-malloc --disable-nls CFLAGS=-O2 LDFLAGS=$fix \
    bash_cv_func_strtoimax=no bash_cv_strtold_broken=no
make -s CFLAGS="-O2 $OLD_C"
make -s recho zecho printenv xcase CFLAGS="-O2 $OLD_C" \
    CCFLAGS_FOR_BUILD="-O2 -DHAVE_CONFIG_H $OLD_C -I. -I$1 -I$1/include -I$1/lib"
