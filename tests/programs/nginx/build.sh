# nginx with zlib. $1, $2: nginx and zlib, unpacked. Builds in copies of them in the current folder.
cp -a "$1/." .
cp -a "$2" zlib
# -Wno-error: clang 22 dislikes a string that fills its array exactly.
./configure --crossbuild=Linux:6.1:wasm32 --with-cc="$CC" --with-cc-opt="-O2 -g0 -Wno-error" --with-zlib=zlib --with-zlib-opt="-w" \
    --without-http_rewrite_module --with-http_stub_status_module --with-http_v2_module --with-threads \
    --prefix=. --conf-path=nginx.conf --pid-path=nginx.pid --error-log-path=error.log --http-log-path=access.log
make -s
