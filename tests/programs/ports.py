"""The programs that the tests build: their sources, and what <name>/build.sh makes of them (build.py runs it)."""

from __future__ import annotations

from dataclasses import dataclass

from tests.programs.sources import Source
from wali.sdk.debsource import Pinned
from wali.sdk.libraries import named


@dataclass(frozen=True)
class Port:
    """One folder with a build.sh."""

    name: str
    sources: tuple[Source, ...]
    """Their unpacked trees are the script's arguments, which it leaves alone."""
    programs: tuple[str, ...]
    """What it makes, below the folder that it runs in."""
    inputs: tuple[str, ...] = ()
    """Other files of ours that the script uses."""
    libraries: tuple[str, ...] = ()
    """Of `wali sdk add`: its compiler finds these, and no others."""


def of_debian(what: str, sha256: str, *members: str) -> Source:
    """Of `what`, a Debian package, its version and how upstream's tarball is compressed: all, or only `members`."""
    package, version, suffix = what.split()
    return Source(Pinned(package, version, suffix, sha256), members or ("",))


def of_library(name: str, *members: str) -> Source:
    """The source of a row of `wali sdk add`."""
    return Source(named(name).source, members or ("",))


LUA = Port(
    name="lua",
    sources=(
        of_debian(
            "lua5.4 5.4.4-3+deb12u1 gz", "164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61", "src"
        ),
    ),
    programs=("lua",),
    inputs=("CMakeLists.txt", "lua/none.c"),
)
SQLITE = Port(
    name="sqlite",
    sources=(
        # SQLite's own package lacks the amalgamation, and making it takes Tcl. Fossil carries it, and the shell, ready made.
        of_library("sqlite", "extsrc/sqlite3.c", "extsrc/sqlite3.h", "extsrc/shell.c"),
    ),
    programs=("sqlite3",),
    inputs=("CMakeLists.txt",),
)
ZLIB = Port(
    name="zlib",
    sources=(of_library("zlib"),),
    programs=("minigzip", "example"),
    inputs=("CMakeLists.txt",),
)
DASH = Port(
    name="dash",
    sources=(of_debian("dash 0.5.12-2 gz", "6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a"),),
    programs=("src/dash",),
    inputs=("old_c.sh",),
)
BUSYBOX = Port(
    name="busybox",
    sources=(
        of_debian("busybox 1:1.35.0-4+deb12u1 bz2", "faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694"),
    ),
    programs=("busybox",),
    inputs=("old_c.sh",),
)
BASH = Port(
    name="bash",
    sources=(of_debian("bash 5.2.15-2 gz", "7a315bc0e9d90713159e4390ec1096a41e4f33cd8cc3d1a749a8e5ad56600f51"),),
    programs=("bash",),
    inputs=("old_c.sh",),
)
MAKE = Port(
    name="make",
    sources=(
        of_debian(
            "make-dfsg 4.3-4.1 gz",
            "be4c17542578824e745f83bcd2a9ba264206187247cb6a5f5df99b0a9d1f9047",
            "src",
            "lib",
            "tests",
        ),
    ),
    programs=("make",),
    inputs=("old_c.sh", "make/config.h"),
)
SED = Port(
    name="sed",
    sources=(of_debian("sed 4.9-1+deb12u1 xz", "6e226b732e1cd739464ad6862bd1a1aba42d7982922da7a53519631d24975181"),),
    programs=("sed/sed",),
)
QUICKJS = Port(
    name="quickjs",
    sources=(
        # of a later release than the others: the first that has it
        of_debian("quickjs 2025.04.26-1 xz", "ec81da5b3249ed648dbc7df4a1654988910e66a118d9b71cb63534216efcfbbe"),
    ),
    programs=("qjs",),
)
MEMCACHED = Port(
    name="memcached",
    sources=(
        of_library("libevent"),
        of_debian("memcached 1.6.18-1+deb12u1 xz", "35872bd25f8d29d7cc2072d23e74344530891bfd0aa4f4f64184a8ae7291164b"),
    ),
    programs=tuple(
        f"memcached-build/{name}" for name in ("memcached", "memcached-debug", "testapp", "sizes", "timedrun")
    ),
)
REDIS = Port(
    name="redis",
    sources=(
        of_debian(
            "redis 5:7.0.15-1~deb12u10 gz",
            "4b1dc4ee6d622a09fff9c6777191209750fb5e5a725ef78ea012d6eef4c22982",
            "src",
            "deps/Makefile",
            "deps/hiredis",
            "deps/linenoise",
            "deps/lua",
            "deps/hdr_histogram",
            "redis.conf",
            "tests",
            "utils",
        ),
    ),
    programs=("src/redis-server", "src/redis-cli", "src/redis-benchmark"),
)
NGINX = Port(
    name="nginx",
    sources=(
        of_debian("nginx 1.22.1-9+deb12u10 gz", "9ebb333a9e82b952acd3e2b4aeb1d4ff6406f72491bab6cd9fe69f0dea737f31"),
        *ZLIB.sources,
    ),
    programs=("objs/nginx",),
)
CURL = Port(
    name="curl",
    sources=(
        of_debian("curl 7.88.1-10+deb12u15 gz", "cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7"),
        *ZLIB.sources,
    ),
    programs=("src/curl", "libtests"),
    inputs=("curl/libtests.sh",),
)
CURL_SERVERS = Port(
    name="curl_servers",
    sources=CURL.sources[:1],
    programs=("tests/server/sws",),  # and the others beside it
)
DROPBEAR = Port(
    name="dropbear",
    sources=(
        of_debian("dropbear 2022.83-1+deb12u3 bz2", "bc5a121ffbc94b5171ad5ebe01be42746d50aa797c9549a4639894a16749443b"),
    ),
    programs=("dropbear", "dbclient", "dropbearkey", "dropbearconvert"),
)

# Of `make ports` (tests/ports), and of no other test.

JQ = Port(
    name="jq",
    sources=(of_debian("jq 1.6-2.1+deb12u3 gz", "3ba940b97571c866923f0409678033d33b5a98758dfc174fad8397ed908bc4d9"),),
    programs=("jq",),
    libraries=("oniguruma",),
)
BC = Port(
    name="bc",
    sources=(of_debian("bc 1.07.1-3 gz", "62adfca89b0a1c0164c2cdca59ca210c1d44c3ffc46daf9931cf4942664cb02a"),),
    programs=("bc/bc", "dc/dc"),
)
LESS = Port(
    name="less",
    sources=(of_debian("less 590-2.1~deb12u2 gz", "6aadf54be8bf57d0e2999a3c5d67b1de63808bb90deb8f77b028eafae3a08e10"),),
    programs=("less",),
    libraries=("ncurses",),
)
XZ = Port(
    name="xz",
    sources=(of_library("xz"),),
    programs=("src/xz/xz",),
)
FILE = Port(
    name="file",
    sources=(of_debian("file 1:5.44-3 gz", "3751c7fba8dbc831cb8d7cc8aff21035459b8ce5155ef8b0880a27d028475f3b"),),
    programs=("src/file", "magic/magic.mgc"),
    libraries=("zlib",),
)
