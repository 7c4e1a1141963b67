# QuickJS. $1: its unpacked sources. Builds in a copy of them, the current folder, by the makefile as it is: that runs
# the compiler to bytecode which it has just built.
cp -a "$1/." .
make -s CC="$CC" AR="$AR" qjs
