"""Programs of the network, for `make ports` (tests/ports), and for no other test."""

from __future__ import annotations

from tests.programs.ports import Port, of_debian, of_library

RSYNC = Port(
    name="rsync",
    sources=(
        of_debian("rsync 3.2.7-1+deb12u6 gz", "4e7d9d3f6ed10878c58c5fb724a67dacf4b6aac7340b13e488fb2dc41346f2bb"),
    ),
    programs=("rsync", "tls", "testrun", "trimslash", "t_unsafe", "wildtest", "getgroups", "getfsdev"),
)
SOCAT = Port(
    name="socat",
    sources=(of_debian("socat 1.7.4.4-2 gz", "0f8f4b9d5c60b8c53d17b60d79ababc4a0f51b3bb6d2bd3ae8a6a4b9d68f195e"),),
    programs=("socat", "filan", "procan"),
)
MOSQUITTO = Port(
    name="mosquitto",
    sources=(
        of_debian(
            "mosquitto 2.0.11-1.2+deb12u2 gz", "7b36a7198bce85cf31b132f5c6ee36dcf5dadf86fb768501eb1e11ce95d4f78a"
        ),
        of_debian("cunit 2.1-3-dfsg-2.6 gz", "1b90baf4ffe130ddafe1e0fdc359f0ffdfc351dbf8e7a6831e5b0e57b5e23bfa"),
    ),
    programs=("src/mosquitto", "client/mosquitto_pub", "client/mosquitto_sub", "test/unit/mosq_test"),
)
HAPROXY = Port(
    name="haproxy",
    sources=(
        of_debian("haproxy 2.6.12-1+deb12u3 gz", "58f9edb26bf3288f4b502658399281cc5d6478468bd178eafe579c8f41895854"),
    ),
    programs=("haproxy",),
)
IPERF3 = Port(
    name="iperf3",
    # of a later release than the others
    sources=(of_debian("iperf3 3.20-1 gz", "84640ea0f43831850434e50134d0554b7a94f97fb02e2488ffbe252c9fb05a56"),),
    programs=("src/iperf3", "src/t_timer", "src/t_units", "src/t_uuid", "src/t_api", "src/t_auth"),
)
LIBUV = Port(
    name="libuv",
    sources=(of_library("libuv"),),
    programs=("uv_run_tests_a", "uv_run_benchmarks_a"),
)
