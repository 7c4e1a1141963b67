"""redis: upstream's suite, written in Tcl, which starts servers, replicas and clusters and talks to them."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.programs import ports, sources, upstream

pytestmark = pytest.mark.apps

# The slow ones come first, since some run at once. docs/PORTING.md says which are left out.
UNITS = """
    integration/psync2 unit/type/zset unit/geo unit/aofrw integration/replication-4 unit/dump
    integration/psync2-reg unit/type/stream integration/replication-buffer unit/type/list
    integration/corrupt-dump unit/obuf-limits unit/expire unit/type/set unit/scripting integration/aof
    integration/psync2-pingoff unit/cluster integration/aof-multi-part integration/replication-3
    unit/latency-monitor unit/type/string unit/memefficiency unit/introspection
    integration/redis-cli unit/other unit/sort integration/replication-2 integration/shutdown integration/rdb unit/multi
    integration/convert-ziplist-hash-on-load integration/convert-ziplist-zset-on-load
    integration/convert-zipmap-hash-on-load integration/dismiss-mem integration/failover integration/logging
    integration/psync2-master-restart integration/redis-benchmark unit/acl unit/acl-v2 unit/auth unit/bitfield
    unit/bitops unit/cluster-scripting unit/cluster/links unit/cluster/misc unit/functions unit/info unit/info-command
    unit/introspection-2 unit/keyspace unit/lazyfree unit/limits unit/networking unit/oom-score-adj unit/pause
    unit/pendingquerybuf unit/protocol unit/pubsub unit/pubsubshard unit/querybuf unit/quit unit/replybufsize unit/scan
    unit/shutdown unit/slowlog unit/tracking unit/type/hash unit/type/incr unit/type/stream-cgroups unit/violations
    unit/wait
""".split()  # noqa: SIM905
# 9 to 15 s each: the first waits, the others make Tcl busy.
LEFT_OUT = (
    "MIGRATE cached connections are released after some time",
    "Replication: commands with many arguments (issue #1221)",
    "/^GEOSEARCH fuzzy test",
    "XRANGE fuzzing",
)
PROGRAMS = ("redis-server", "redis-cli", "redis-benchmark")
MODES = ("redis-check-rdb", "redis-check-aof", "redis-sentinel")  # redis-server by other names
AT_ONCE = 5
FIRST_PORT, PORTS = 12100, 100  # of a unit's own; cluster buses are 10000 higher, and the kernel's choices above those
LIMIT = 240  # seconds for a unit

COLOUR = re.compile(r"\x1b\[[\d;]*m")
CASE = re.compile(r"^\[(ok|err)\]: (.*?)(?: \(\d+ ms\)| in tests/\S+)$(.*?)(?=^\[|^ +The End$|\Z)", re.M | re.S)
STRAY = re.compile(r"^\[exception\]|^\[err\]: (?!.* in tests/\S+$)", re.M)  # errors of no case
Verdicts = dict[str, str]


@pytest.fixture(scope="module")
def results(redis_server: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdicts]:
    """For each unit of the suite, each case to why it failed, or nothing. They wait a lot, so some run at once."""
    if not shutil.which("tclsh"):
        pytest.skip("upstream's suite is written in Tcl, and there is no tclsh")
    top = tmp_path_factory.mktemp("redis")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = pool.map(lambda number: _unit(redis_server, top, number), range(len(UNITS)))
        return dict(zip(UNITS, verdicts, strict=True))


def _unit(server: Path, top: Path, number: int) -> Verdicts:
    """Runs one unit. Its folder, which has a short name for the sake of sockets in it, goes afterwards: dumps are large."""
    folder, unit = top / str(number), UNITS[number]
    source = sources.tree(*ports.REDIS.sources)
    shutil.copytree(source / "tests", folder / "tests")
    shutil.copytree(source / "utils", folder / "utils")
    shutil.copy(source / "redis.conf", folder)
    (folder / "src").mkdir()
    for program in PROGRAMS:
        (folder / "src" / program).symlink_to(server.parent / program)
    for mode in MODES:
        (folder / "src" / mode).symlink_to("redis-server")
    words = ["--single", unit, "--clients", "1", "--durable", "--timeout", "120"]
    words += ["--baseport", str(FIRST_PORT + number * PORTS), "--portcount", str(PORTS - 32)]  # 32 are the suite's own
    words += ["--config", "pidfile", "redis.pid"]  # not in /var/run
    for case in LEFT_OUT:
        words += ["--skiptest", case]
    try:
        done = upstream.run(["tclsh", "tests/test_helper.tcl", *words], folder, LIMIT, HOME=str(folder))
    finally:
        shutil.rmtree(folder)
    return _verdicts(unit, COLOUR.sub("", done.stdout))


def _verdicts(unit: str, text: str) -> Verdicts:
    """What the suite said of its cases; some have the same name. The unit itself is one that fails if it did not end,
    or by an error that belongs to no case."""
    verdicts: Verdicts = {unit: ""}
    for verdict, name, why in CASE.findall(text):
        case = f"{unit}: {name}"
        verdicts[case] = verdicts.get(case, "") + (why.strip() or "no reason given" if verdict == "err" else "")
    if not re.search(rf"^\[1/1 done\]: {unit} ", text, re.M) or STRAY.search(text):
        verdicts[unit] = text
    return verdicts


@pytest.mark.parametrize("unit", UNITS)
def test_upstream(results: dict[str, Verdicts], unit: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """All cases of a unit succeed, but those that fail here with the native redis as well."""
    verdicts = results[unit]
    assert len(verdicts) > 1, verdicts[unit]
    known = upstream.known("redis")
    if any(why and case not in known for case, why in verdicts.items()):
        native = _unit(request.getfixturevalue("native_redis_server"), tmp_path, UNITS.index(unit))
        verdicts = {case: "" if native.get(case) else why for case, why in verdicts.items()}
    upstream.judge("redis", verdicts)
