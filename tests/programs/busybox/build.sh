# All applets of the default configuration, and the helper programs of the shells' tests. $1: busybox, unpacked. Builds in
# the current folder. `wali-cc -r` links object files into one, as busybox asks of ld.
. "$(dirname "$0")/../old_c.sh"

make -s -C "$1" O="$PWD" defconfig
make -s CC="$CC" AR="$AR" NM="$NM" STRIP="$STRIP" LD="$CC -nostdlib" OBJCOPY=: SKIP_STRIP=y \
    CONFIG_EXTRA_CFLAGS="$OLD_C -Wno-ignored-optimization-argument"
for helper in printenv recho zecho; do
    # shellcheck disable=SC2086
    $CC -O2 $OLD_C -o $helper "$1/shell/ash_test/$helper.c"
done
