# jq, with oniguruma. $1: its unpacked sources. Builds in the current folder, and copies the tests there.
cp -a "$1/tests" .
chmod +x tests/jqtest
# The tarball has no configure: what that would find of this C library, and the two files that its makefile makes.
mkdir src
echo '#define JQ_VERSION "1.6"' > src/version.h
sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' "$1/src/builtin.jq" > src/builtin.inc
has="ALLOCA_H ATEXIT GMTIME_R ISATTY LOCALTIME_R MEMMEM MKTIME PTHREAD_KEY_CREATE PTHREAD_ONCE SETLOCALE STRFTIME"
has="$has STRPTIME TIMEGM TM_TM_GMT_OFF LIBONIG"
math=$(grep -o 'HAVE_[A-Z0-9_]*' "$1/src/libm.h" | sort -u | grep -v -e POW10 -e '^HAVE_GAMMA_R$' -e '^HAVE_GAMMA$' -e '^HAVE_FREXP$')
defines=$(for name in $has FREXP; do echo "-DHAVE_$name"; done; for name in $math; do echo "-D$name"; done)
for file in builtin bytecode compile execute jq_test jv jv_alloc jv_aux jv_dtoa jv_file jv_parse jv_print jv_unicode \
    linker lexer locfile parser util main; do
    $CC -O2 -w -D_GNU_SOURCE -DIEEE_8087 $defines -I. -Isrc -I"$1/src" -c "$1/src/$file.c" -o "$file.o"
done
$CC ./*.o -o jq -lonig -lm -lpthread
