# perl, with all its extensions in the program. $1: its unpacked sources. Builds in a copy of them, the current folder.
cp -a "$1/." .
# Configure runs what it compiles, and so it does here: modules are executable, and nothing is crossed. It asks the
# compiler for functions, not nm, and looks for nothing below /usr/local. No dlopen, and none of the libraries that
# one machine has and another lacks. Where libc is musl, _GNU_SOURCE is what upstream would set.
own=
if [ "$WALI_HOST" ]; then own="-Darchname=wasm32-linux -Uuse64bitall -Duse64bitint"; fi # a long has 64 bits, a pointer 32
sh Configure -des $own -Dcc="$CC" -Dar="$AR" -Dranlib="$RANLIB" -Dnm="$NM" -Uusenm -Uusedl -Uversiononly -Doptimize="-O2 -w" \
    -Dlocincpth=" " -Dloclibpth=" " -Dlibs="-lm -lcrypt" -Accflags=-D_GNU_SOURCE -Dman1dir=none -Dman3dir=none \
    -Dnoextensions="DB_File GDBM_File NDBM_File ODBM_File"
make -s
# What its tests want besides.
make -s test_prep
