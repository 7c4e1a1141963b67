# mosquitto (the broker), its library and clients, and what its tests call, without TLS. $1, $2: mosquitto and CUnit,
# unpacked. Builds in copies of them, mosquitto in the current folder.
cp -a "$1/." .
mkdir -p cunit/CUnit
cp "$2"/CUnit/Headers/*.h cunit/CUnit
for part in Framework/CUError Framework/MyMem Framework/TestDB Framework/TestRun Framework/Util Basic/Basic; do
    $CC -O2 -w -DVERSION='"2.1-3"' -Icunit -Icunit/CUnit -c "$2/CUnit/Sources/$part.c" -o "cunit/$(basename $part).o"
done
$AR rcs cunit/libcunit.a cunit/*.o
without="WITH_TLS=no WITH_TLS_PSK=no WITH_CJSON=no WITH_DOCS=no"
make -s -C lib libmosquitto.so.1 $without CFLAGS="-O2 -w"
make -s -C src mosquitto $without CFLAGS="-O2 -w"
make -s -C client $without CFLAGS="-O2 -w"
# Their makefiles pass options by CFLAGS; that of the unit tests would measure coverage.
make -s -C test/lib/c CC="$CC -O2 -w"
make -s -C test/unit build CFLAGS="-O2 -w" CPPFLAGS="-I$PWD/cunit -I../.. -I../../include -I../../lib -I../../src -I../../deps" \
    LDFLAGS="-L$PWD/cunit"
