"""The programs that the tests build: their sources, and what <name>/build.sh makes of them (build.py runs it)."""

from __future__ import annotations

from dataclasses import dataclass

from tests.programs.sources import Source


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


LUA = Port(
    name="lua",
    sources=(
        Source(
            package="lua5.4",
            version="5.4.4-3+deb12u1",
            tarball="lua5.4_5.4.4.orig.tar.gz",
            sha256="164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61",
            members=("src",),
        ),
    ),
    programs=("lua",),
    inputs=("CMakeLists.txt",),
)
SQLITE = Port(
    name="sqlite",
    sources=(
        # SQLite's own package lacks the amalgamation, and making it takes Tcl. Fossil carries it, and the shell, ready made.
        Source(
            package="fossil",
            version="1:2.21-1+deb12u1",
            tarball="fossil_2.21.orig.tar.xz",
            sha256="be63439cc08bec72aeb8ed8c240ef9b3e7ce7916e786ef6c55491d86daf02c5b",
            members=("extsrc/sqlite3.c", "extsrc/sqlite3.h", "extsrc/shell.c"),
        ),
    ),
    programs=("sqlite3",),
    inputs=("CMakeLists.txt",),
)
ZLIB = Port(
    name="zlib",
    sources=(
        Source(
            package="zlib",
            version="1:1.2.13.dfsg-1",
            tarball="zlib_1.2.13.dfsg.orig.tar.bz2",
            sha256="71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
            members=("",),
        ),
    ),
    programs=("minigzip", "example"),
    inputs=("CMakeLists.txt",),
)
DASH = Port(
    name="dash",
    sources=(
        Source(
            package="dash",
            version="0.5.12-2",
            tarball="dash_0.5.12.orig.tar.gz",
            sha256="6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a",
            members=("",),
        ),
    ),
    programs=("src/dash",),
    inputs=("old_c.sh",),
)
BUSYBOX = Port(
    name="busybox",
    sources=(
        Source(
            package="busybox",
            version="1:1.35.0-4+deb12u1",
            tarball="busybox_1.35.0.orig.tar.bz2",
            sha256="faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694",
            members=("",),
        ),
    ),
    programs=("busybox",),
    inputs=("old_c.sh",),
)
BASH = Port(
    name="bash",
    sources=(
        Source(
            package="bash",
            version="5.2.15-2",
            tarball="bash_5.2.15.orig.tar.gz",
            sha256="7a315bc0e9d90713159e4390ec1096a41e4f33cd8cc3d1a749a8e5ad56600f51",
            members=("",),
        ),
    ),
    programs=("bash",),
    inputs=("old_c.sh",),
)
MAKE = Port(
    name="make",
    sources=(
        Source(
            package="make-dfsg",
            version="4.3-4.1",
            tarball="make-dfsg_4.3.orig.tar.gz",
            sha256="be4c17542578824e745f83bcd2a9ba264206187247cb6a5f5df99b0a9d1f9047",
            members=("src", "lib", "tests"),
        ),
    ),
    programs=("make",),
    inputs=("old_c.sh", "make/config.h"),
)
SED = Port(
    name="sed",
    sources=(
        Source(
            package="sed",
            version="4.9-1+deb12u1",
            tarball="sed_4.9.orig.tar.xz",
            sha256="6e226b732e1cd739464ad6862bd1a1aba42d7982922da7a53519631d24975181",
            members=("",),
        ),
    ),
    programs=("sed/sed",),
)
MEMCACHED = Port(
    name="memcached",
    sources=(
        Source(
            package="libevent",
            version="2.1.12-stable-8+deb12u1",
            tarball="libevent_2.1.12-stable.orig.tar.gz",
            sha256="92e6de1be9ec176428fd2367677e61ceffc2ee1cb119035037a27d346b0403bb",
            members=("",),
        ),
        Source(
            package="memcached",
            version="1.6.18-1+deb12u1",
            tarball="memcached_1.6.18.orig.tar.xz",
            sha256="35872bd25f8d29d7cc2072d23e74344530891bfd0aa4f4f64184a8ae7291164b",
            members=("",),
        ),
    ),
    programs=tuple(
        f"memcached-build/{name}" for name in ("memcached", "memcached-debug", "testapp", "sizes", "timedrun")
    ),
)
REDIS = Port(
    name="redis",
    sources=(
        Source(
            package="redis",
            version="5:7.0.15-1~deb12u10",
            tarball="redis_7.0.15.orig.tar.gz",
            sha256="4b1dc4ee6d622a09fff9c6777191209750fb5e5a725ef78ea012d6eef4c22982",
            members=(
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
    ),
    programs=("src/redis-server", "src/redis-cli", "src/redis-benchmark"),
)
NGINX = Port(
    name="nginx",
    sources=(
        Source(
            package="nginx",
            version="1.22.1-9+deb12u10",
            tarball="nginx_1.22.1.orig.tar.gz",
            sha256="9ebb333a9e82b952acd3e2b4aeb1d4ff6406f72491bab6cd9fe69f0dea737f31",
            members=("",),
        ),
        *ZLIB.sources,
    ),
    programs=("objs/nginx",),
)
CURL = Port(
    name="curl",
    sources=(
        Source(
            package="curl",
            version="7.88.1-10+deb12u15",
            tarball="curl_7.88.1.orig.tar.gz",
            sha256="cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7",
            members=("",),
        ),
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
        Source(
            package="dropbear",
            version="2022.83-1+deb12u3",
            tarball="dropbear_2022.83.orig.tar.bz2",
            sha256="bc5a121ffbc94b5171ad5ebe01be42746d50aa797c9549a4639894a16749443b",
            members=("",),
        ),
    ),
    programs=("dropbear", "dbclient", "dropbearkey", "dropbearconvert"),
)
