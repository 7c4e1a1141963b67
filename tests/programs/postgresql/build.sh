# PostgreSQL: the server, what it opens, initdb, psql, pgbench, and the driver of its tests; installed in inst.
# $1: its unpacked sources. Builds in the current folder.
# In C++ there would be only what compiles queries by LLVM.
"$1/configure" --host="$WALI_HOST" --quiet --prefix="$PWD/inst" --without-readline CXX=false CFLAGS=-O2
make -s -C src/backend generated-headers
# What the server opens while it runs: it is linked with it, where nothing can be loaded.
opened="src/backend/snowball src/backend/utils/mb/conversion_procs src/backend/replication/libpqwalreceiver
    src/backend/replication/pgoutput src/pl/plpgsql/src"
for part in $opened src/test/regress; do make -s -C $part; done
modules=
if [ "$WALI_HOST" ]; then
    for file in $(find "$PWD/src" -name '*.so' ! -name libpq.so | sort); do modules="$modules -mwali-module=$file"; done
fi
make -s -C src/backend LDFLAGS_EX="$modules"
for part in $opened src/backend src/timezone src/interfaces/libpq src/bin/initdb src/bin/pg_ctl src/bin/psql \
    src/bin/pgbench; do
    make -s -C $part install
done
