"""The libraries that `wali sdk add` builds: one row each.

The scripts run by `sh -eu` in a copy of the sources, with what `wali sdk env` sets, and: PREFIX, where the library is
to be found later; DESTDIR, in front of that when it installs. They are the same for a build with this machine's tools,
where WALI_HOST is empty: so the tests compare both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .debsource import Pinned
from .errors import SdkError


@dataclass(frozen=True)
class Library:
    """One library: where its source comes from, how it is built and tested, and what must be there afterwards."""

    name: str
    about: str
    source: Pinned
    build: str
    install: str
    installs: tuple[str, ...]
    """Some of what it installs, below the prefix: headers, archives, .pc files. Without these it is not complete."""
    check: str
    """Its own tests, after `build`. The status is 0 if they pass."""
    passed: str
    """Finds in what `check` says how many tests have passed: each match's number, or 1 for a match without one."""
    needs: tuple[str, ...] = ()
    """Other libraries, which must be there first."""
    tools: tuple[str, ...] = ("make",)
    """Programs of this machine."""
    its_own_version: str = ""
    """Where it is not the source's."""

    @property
    def version(self) -> str:
        """Upstream's."""
        return self.its_own_version or self.source.upstream


MAKE_INSTALL = 'make -s install DESTDIR="$DESTDIR"'


def _configure(words: str, targets: str = "") -> str:
    return (
        './configure --host="$WALI_HOST" --prefix="$PREFIX" --quiet --disable-shared --disable-dependency-tracking '
        f'{words} CFLAGS="-O2 -w"\nmake -s {targets}'
    )


def _cmake(words: str, source: str = ".") -> str:
    return (
        f'cmake -S {source} -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$PREFIX" '
        f"-DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DCMAKE_POLICY_VERSION_MINIMUM=3.5 {words}\ncmake --build build"
    )


def _pc(name: str, about: str, version: str, libs: str, private: str = "") -> str:
    """A .pc file for a library that brings none."""
    return f"""mkdir -p "$DESTDIR$PREFIX/lib/pkgconfig"
cat > "$DESTDIR$PREFIX/lib/pkgconfig/{name}.pc" <<END
prefix=$PREFIX
libdir=\\${{prefix}}/lib
includedir=\\${{prefix}}/include
Name: {name}
Description: {about}
Version: {version}
Libs: -L\\${{libdir}} {libs}
Libs.private: {private}
Cflags: -I\\${{includedir}}
END
"""


def _copy(*files: str) -> str:
    """Headers and archives, for a library whose makefile installs more than these, or nothing."""
    headers = " ".join(name for name in files if name.endswith(".h"))
    archives = " ".join(name for name in files if name.endswith(".a"))
    return f"""mkdir -p "$DESTDIR$PREFIX/include" "$DESTDIR$PREFIX/lib"
cp {headers} "$DESTDIR$PREFIX/include"
cp {archives} "$DESTDIR$PREFIX/lib"
"""


CMAKE = ("cmake", "make")
AUTOMAKE_PASSED = r"^# PASS: +(\d+)$"
_NCURSES = (
    "--without-shared --without-debug --without-cxx --without-cxx-binding --without-ada --without-manpages "
    "--without-tests --enable-widec --enable-overwrite --disable-db-install --disable-stripping --enable-pc-files "
    # The terminals are those that the machine knows.
    '--with-pkg-config-libdir="$PREFIX/lib/pkgconfig" --with-default-terminfo-dir=/usr/share/terminfo '
    "--with-terminfo-dirs=/etc/terminfo:/lib/terminfo:/usr/share/terminfo"
)

LIBRARIES = (
    Library(
        name="zlib",
        about="compression as in gzip and PNG",
        source=Pinned(
            "zlib", "1:1.2.13.dfsg-1", "bz2", "71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1"
        ),
        build='CFLAGS=-O2 ./configure --static --prefix="$PREFIX"\nmake -s libz.a example minigzip',
        install=MAKE_INSTALL,
        installs=("include/zlib.h", "lib/libz.a", "lib/pkgconfig/zlib.pc"),
        check="make -s teststatic",
        passed=r"\*\*\* zlib test OK|OK$",
    ),
    Library(
        name="bzip2",
        about="compression as by bzip2",
        source=Pinned("bzip2", "1.0.8-5", "gz", "ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269"),
        build='make -s libbz2.a bzip2 CC="$CC" AR="$AR" RANLIB="$RANLIB" CFLAGS="-O2 -w -D_FILE_OFFSET_BITS=64"',
        install=_copy("bzlib.h", "libbz2.a") + _pc("bzip2", "compression as by bzip2", "1.0.8", "-lbz2"),
        installs=("include/bzlib.h", "lib/libbz2.a", "lib/pkgconfig/bzip2.pc"),
        check="""for n in 1 2 3; do
    ./bzip2 -$n < sample$n.ref > made$n.bz2 && cmp sample$n.bz2 made$n.bz2 && echo packed
    flag=; test $n != 3 || flag=-s
    ./bzip2 -d $flag < sample$n.bz2 > made$n.ref && cmp sample$n.ref made$n.ref && echo unpacked
done""",
        passed=r"^(?:un)?packed$",
    ),
    Library(
        name="xz",
        about="compression as by xz (liblzma)",
        source=Pinned(
            "xz-utils", "5.4.1-1+deb12u2", "xz", "5d9827aa1875b21c288f78864bb26d2650b436ea8d2cad364e4921eb6266a5a5"
        ),
        build=_configure("--disable-nls --disable-doc --disable-scripts --disable-assembler"),
        install=MAKE_INSTALL,
        installs=("include/lzma.h", "lib/liblzma.a", "lib/pkgconfig/liblzma.pc"),
        check="make -s -C tests check",
        passed=AUTOMAKE_PASSED,
    ),
    Library(
        name="zstd",
        about="compression as by zstd",
        source=Pinned(
            "libzstd",
            "1.5.4+dfsg2-5+deb12u1",
            "xz",
            "8cf4bbb65e77ec348d052c8d6230eba66d435bddf64c8b5be2fcb16880c19953",
        ),
        build='make -s -C lib libzstd.a CFLAGS="-O3 -w" ZSTD_NO_ASM=1',
        install='make -s -C lib install-static install-includes install-pc PREFIX="$PREFIX" DESTDIR="$DESTDIR" '
        'CFLAGS="-O3 -w" ZSTD_NO_ASM=1',
        installs=("include/zstd.h", "lib/libzstd.a", "lib/pkgconfig/libzstd.pc"),
        check="make -s -C tests fuzzer zstreamtest CFLAGS='-O2 -w' ZSTD_NO_ASM=1\n"
        "tests/fuzzer -s1 -i100 --no-big-tests && tests/zstreamtest -s1 -i50 --no-big-tests",
        passed=r"^(\d+) fuzzer tests completed",
    ),
    Library(
        name="ncurses",
        about="windows and keys on terminals, wide characters included; and termcap's and terminfo's calls",
        source=Pinned("ncurses", "6.4-4", "gz", "6931283d9ac87c5073f30b6290c4c75f21632bb4fc3603ac8100812bed248159"),
        build=_configure(_NCURSES),
        # Under the names by which programs ask for it, too. Its -config script is for those without pkg-config.
        install='make -s install.libs install.includes DESTDIR="$DESTDIR"\n'
        'cd "$DESTDIR$PREFIX/lib"\n'
        "for name in ncurses form menu panel; do ln -sf lib${name}w.a lib$name.a; done\n"
        "for name in curses tinfo tinfow termcap; do ln -sf libncursesw.a lib$name.a; done\n"
        "cd pkgconfig\n"
        "for name in ncurses form menu panel; do cp ${name}w.pc $name.pc; done\n"
        "for name in tinfo tinfow; do cp ncursesw.pc $name.pc; done",
        installs=(
            "include/curses.h",
            "include/term.h",
            "lib/libncursesw.a",
            "lib/libncurses.a",
            "lib/libtinfo.a",
            "lib/libpanelw.a",
            "lib/pkgconfig/ncursesw.pc",
            "lib/pkgconfig/tinfo.pc",
        ),
        # Upstream's tests are programs to look at. tic compiles upstream's own database, and infocmp reads it back.
        check="""mkdir made
progs/tic -s -x -o made misc/terminfo.src
text() { TERMINFO=$PWD/$1 progs/infocmp -1 -x $2 | grep -v '^#'; }
for name in xterm-256color linux screen vt100 tmux; do
    text made $name > made/$name.1
    progs/tic -x -o made/again made/$name.1
    text made/again $name | cmp - made/$name.1
done""",
        passed=r"(\d+) entries written",
    ),
    Library(
        name="readline",
        about="editing of lines, and their history",
        source=Pinned("readline", "8.2-1.3", "gz", "3feb7171f16a84ee82ca18a36d7b9be109a52c04f492a053331d7d1095007c35"),
        build=_configure("--with-curses"),
        install='make -s install-static install-headers install-pc DESTDIR="$DESTDIR"',
        installs=(
            "include/readline/readline.h",
            "lib/libreadline.a",
            "lib/libhistory.a",
            "lib/pkgconfig/readline.pc",
        ),
        # Upstream has examples only: that of history is driven by a script, and says each line with its number.
        check="""make -s -C examples histexamp
printf '%s\\n' 'echo one' 'echo two' list 'delete 1' '!e' list save quit | examples/histexamp | tr '$' '\\n' | tee said
grep -q '4: .*echo one' said""",
        passed=r"^ ?\d+: .*: ",
        needs=("ncurses",),
    ),
    Library(
        name="libevent",
        about="events of files, timers and signals; HTTP and DNS (without TLS)",
        source=Pinned(
            "libevent",
            "2.1.12-stable-8+deb12u1",
            "gz",
            "92e6de1be9ec176428fd2367677e61ceffc2ee1cb119035037a27d346b0403bb",
        ),
        build=_configure("--disable-openssl --disable-samples"),
        install=MAKE_INSTALL,
        installs=("include/event2/event.h", "lib/libevent.a", "lib/libevent_pthreads.a", "lib/pkgconfig/libevent.pc"),
        # Left out: what depends on whether malloc gives a freed address again, and what measures steps of the clock.
        check="test/regress :bufferevent/bufferevent_pair_release_lock :util/monotonic_prc",
        passed=r"^(\d+) tests ok",
    ),
    Library(
        name="libuv",
        about="the event loop of Node.js: files, sockets, processes, threads",
        source=Pinned(
            "libuv1", "1.44.2-1+deb12u1", "gz", "d79b4b06ef04be85fb890bf39d55942cc64c2e15fd14eaa32dae5dce94485484"
        ),
        # A thread's function returns nothing, and pthread_create calls one that does: by another type, which traps.
        build=r"""sed -i -e '/^int uv_thread_create_ex(/i \
struct uv__start { void (*entry)(void*); void* arg; };\
static void* uv__run_start(void* given) {\
  struct uv__start start = *(struct uv__start*) given;\
  uv__free(given);\
  start.entry(start.arg);\
  return NULL;\
}' -e 's/err = pthread_create(tid, attr, f.out, arg);/{\
    struct uv__start* start = uv__malloc(sizeof(*start));\
    if (start == NULL) abort();\
    start->entry = f.in;\
    start->arg = arg;\
    err = pthread_create(tid, attr, uv__run_start, start);\
    if (err) uv__free(start);\
  }/' src/unix/thread.c
grep -q 'attr, uv__run_start' src/unix/thread.c
"""
        + _cmake("-DLIBUV_BUILD_TESTS=OFF"),
        install='DESTDIR="$DESTDIR" cmake --install build',
        installs=("include/uv.h", "lib/libuv_a.a", "lib/pkgconfig/libuv-static.pc"),
        # Not judged: a libc without dynamic linking names no file, two want an address that nobody answers from, and
        # root may write what another may not (fs_copyfile).
        check="""cmake -S . -B build -DLIBUV_BUILD_TESTS=ON && cmake --build build --target uv_run_tests_a
UV_RUN_AS_ROOT=1 UV_TEST_TIMEOUT_MULTIPLIER=5 build/uv_run_tests_a > said || cat said
grep '^ok' said
! grep '^not ok' said | grep -v -E ' - (dlerror|tcp_close_while_connecting|tcp_connect_timeout|fs_copyfile)$'""",
        passed=r"^ok \d+",
        tools=CMAKE,
    ),
    Library(
        name="pcre2",
        about="Perl's regular expressions, of 8, 16 and 32 bits (without JIT)",
        source=Pinned(
            "pcre2", "10.42-1+deb12u2", "gz", "c33b418e3b936ee3153de2c61cc638e7e4fe3156022a5c77d0711bcbb9d64f1f"
        ),
        build=_configure("--enable-pcre2-16 --enable-pcre2-32"),
        install=MAKE_INSTALL,
        installs=("include/pcre2.h", "lib/libpcre2-8.a", "lib/libpcre2-posix.a", "lib/pkgconfig/libpcre2-8.pc"),
        # Without those of pcre2grep: one wants a locale to be refused, and musl knows them all.
        check='make -s check TESTS="pcre2posix_test RunTest"\ncat RunTest.log',
        passed=r"^ +OK\b",
    ),
    Library(
        name="expat",
        about="XML, as a stream",
        source=Pinned(
            "expat", "2.5.0-1+deb12u5", "gz", "ab00ee05c7067fd10a35c5d2a4922ebba746ddd50ff83b79c828da17bbdf1757"
        ),
        build=_cmake(
            "-DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_TOOLS=OFF -DEXPAT_BUILD_EXAMPLES=OFF -DEXPAT_BUILD_DOCS=OFF "
            "-DEXPAT_BUILD_TESTS=ON -DEXPAT_ENABLE_INSTALL=ON -DCMAKE_C_FLAGS=-w",
            source="expat",
        ),
        install='DESTDIR="$DESTDIR" cmake --install build',
        installs=("include/expat.h", "lib/libexpat.a", "lib/pkgconfig/expat.pc"),
        check="build/tests/runtests",
        passed=r"Checks: (\d+), Failed: 0",
        tools=CMAKE,
    ),
    Library(
        name="openssl",
        about="TLS and cryptography (libssl, libcrypto)",
        source=Pinned(
            "openssl", "3.0.22-1~deb12u2", "gz", "67ebca7e50d17383028045486653492195b83db95f8558709701bb47b5c1ef81"
        ),
        # Certificates and settings are those of the machine.
        build='./Configure linux-generic32 no-shared no-asm no-dso no-afalgeng --prefix="$PREFIX" --libdir=lib '
        "--openssldir=/etc/ssl -w\nmake -s build_libs",
        install='make -s install_dev DESTDIR="$DESTDIR"',
        installs=("include/openssl/ssl.h", "lib/libssl.a", "lib/libcrypto.a", "lib/pkgconfig/openssl.pc"),
        # Of 250 test scripts those that go through all algorithms, certificates and TLS: each program takes its time to
        # link.
        check="""for name in sanity bn exp ec rsa_ dh dsa dsa_no_digest_size_ hmac evp_ evp_extra_ drbg rand_ rand_status_ sha_ \\
    ssl_ sslapi cipherlist_ threads lhash_ pkcs7_; do
    echo test/${name}test
done | xargs make -s apps/openssl test/x509aux test/v3ext test/evp_extra_test2 test/threadstest_fips util/wrap.pl link-utils
make -s run_tests TESTS="test_sanity test_lhash test_hmac test_rand test_bn test_exp test_ec test_dh test_dsa test_rsa \
    test_genrsa test_sha test_enc test_req test_x509 test_verify test_evp test_evp_extra test_ssl_new test_sslapi \
    test_cipherlist test_x509aux test_threads test_cms" """,
        passed=r"\.t \.+ ok$",
        tools=("make", "perl"),
    ),
    Library(
        name="sqlite",
        about="an SQL database in a file (FTS5, R-tree, JSON, WAL; no extensions to load)",
        # SQLite's own package lacks the amalgamation, and making it takes Tcl. Fossil carries it, ready made.
        source=Pinned(
            "fossil", "1:2.21-1+deb12u1", "xz", "be63439cc08bec72aeb8ed8c240ef9b3e7ce7916e786ef6c55491d86daf02c5b"
        ),
        build="""cd extsrc
options="-O2 -w -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_MATH_FUNCTIONS"
options="$options -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_OMIT_LOAD_EXTENSION -DHAVE_USLEEP -DHAVE_FDATASYNC"
$CC $options -c sqlite3.c -o sqlite3.o
rm -f libsqlite3.a
$AR rcs libsqlite3.a sqlite3.o""",
        install="cd extsrc\n"
        + _copy("sqlite3.h", "libsqlite3.a")
        + _pc("sqlite3", "an SQL database in a file", "3.41.0", "-lsqlite3", "-lm -lpthread"),
        installs=("include/sqlite3.h", "lib/libsqlite3.a", "lib/pkgconfig/sqlite3.pc"),
        # Upstream's suite takes Tcl. The shell tests a database by itself.
        check="""cd extsrc
$CC -O1 -w -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_ENABLE_MATH_FUNCTIONS shell.c libsqlite3.a -o shell -lm -lpthread
rm -f made.db
./shell -batch made.db <<END
PRAGMA journal_mode=wal;
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
  INSERT INTO t SELECT i, printf('%x', i * 7919), sqrt(i) FROM n;
CREATE INDEX tb ON t(b);
CREATE VIRTUAL TABLE f USING fts5(x);
INSERT INTO f SELECT b || ' word' || (a % 10) FROM t;
CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
INSERT INTO r SELECT a, c, c + 1 FROM t;
.selftest --init
PRAGMA integrity_check;
SELECT count(*) = 2000 FROM f WHERE f MATCH 'word3';
SELECT count(*) > 100 FROM r WHERE x0 > 50 AND x1 < 60;
SELECT json_extract('{"a":[1,2,3]}', '\\$.a[2]') = 3;
END
./shell -batch made.db .selftest""",
        passed=r"^(?:1|ok)$|(\d+) tests",
        tools=(),
        its_own_version="3.41.0",
    ),
    Library(
        name="oniguruma",
        about="regular expressions of many kinds (jq, PHP)",
        source=Pinned("libonig", "6.9.8-1", "gz", "26372720bab6733c869a9eb69377f73971138dc5e3eff4a81f5ba8aea5435fb2"),
        # A key is kept in the place of a pointer, for which it knows a long and a long long.
        build="sed -i 's/SIZEOF_VOIDP == SIZEOF_LONG_LONG/SIZEOF_VOIDP == 4/; s/unsigned long long/unsigned int/' "
        "src/st.h src/regint.h\n" + _cmake("-DCMAKE_C_FLAGS=-w"),
        install='DESTDIR="$DESTDIR" cmake --install build',
        installs=("include/oniguruma.h", "lib/libonig.a", "lib/pkgconfig/oniguruma.pc"),
        check="""for name in utf8 syntax options regset back; do
    $CC -O1 -w -Isrc -Ibuild test/test_$name.c build/libonig.a -o build/$name
    build/$name
done""",
        passed=r"SUCC: (\d+), +FAIL: 0, +ERROR: 0",
        tools=CMAKE,
    ),
)
BY_NAME = {library.name: library for library in LIBRARIES}
# What is asked for by the names of Debian's packages, of the archive, or of the .pc file.
OTHER_NAMES = {
    "bz2": "bzip2",
    "lzma": "xz",
    "liblzma": "xz",
    "libzstd": "zstd",
    "curses": "ncurses",
    "ncursesw": "ncurses",
    "tinfo": "ncurses",
    "event": "libevent",
    "uv": "libuv",
    "libuv1": "libuv",
    "pcre2-8": "pcre2",
    "ssl": "openssl",
    "libssl": "openssl",
    "crypto": "openssl",
    "sqlite3": "sqlite",
    "onig": "oniguruma",
    "libonig": "oniguruma",
    "z": "zlib",
}
# Asked for, and not to be had: why.
REFUSED = {
    "libffi": "makes calls and callbacks out of types that are known only as it runs, for which wasm has no "
    "instructions, and no way to make some; programs have options without it (Python: all but ctypes)",
    "pthread": "part of libc: -pthread, or nothing at all",
    "libc++": "part of the SDK: wali-c++",
}


def named(name: str) -> Library:
    """The library that `name` means. Raises SdkError."""
    name = OTHER_NAMES.get(name, name)
    if name in REFUSED:
        raise SdkError(f"{name}: {REFUSED[name]}")
    if name not in BY_NAME:
        known = ", ".join(BY_NAME)
        raise SdkError(
            f'{name}: not one of {known}; others are built by hand, with --prefix="$(wali sdk path --prefix)" '
            "(docs/SDK.md, Libraries)"
        )
    return BY_NAME[name]


def in_order(names: Iterable[str]) -> list[Library]:
    """The libraries of these names with those that they need, each after what it needs. Raises SdkError."""
    found: dict[str, Library] = {}

    def take(library: Library) -> None:
        for need in library.needs:
            take(BY_NAME[need])
        found[library.name] = library

    for name in names:
        take(named(name))
    return list(found.values())
