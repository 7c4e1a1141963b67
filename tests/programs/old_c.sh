# For the programs' C of long ago, which clang 22 refuses even with -w.
OLD_C="-w -Wno-error=implicit-function-declaration -Wno-error=incompatible-pointer-types -Wno-error=int-conversion"
