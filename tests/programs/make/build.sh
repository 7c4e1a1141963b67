# GNU make. $1: its unpacked sources. Builds in the current folder. Debian's tarball comes without configure; config.h
# beside this script has its answers.
. "$(dirname "$0")/../old_c.sh"

mkdir headers
for name in glob fnmatch; do cp "$1/lib/$name.in.h" headers/$name.h; done
cp "$(dirname "$0")/config.h" headers/config.h
# shellcheck disable=SC2086
ls "$1"/src/*.c "$1"/lib/glob.c "$1"/lib/fnmatch.c "$1"/lib/findprog-in.c "$1"/lib/concat-filename.c |
    grep -vE '/(vms.*|amiga|remote-cstms)\.c$' |
    xargs -n 4 -P "$(nproc)" $CC -c -O2 $OLD_C -DHAVE_CONFIG_H -Iheaders -I"$1/src" -I"$1/lib"
$CC -o make ./*.o
