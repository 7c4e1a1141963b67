"""Rows of `make ports`: programs of the network. All that listens does so on loopback."""

from __future__ import annotations

from pathlib import Path

from tests.programs import ports_network as ports
from wali.sdk.libraries import AUTOMAKE_PASSED

from .row import Row

_STORIES = Path(ports.__file__).parent
# Of libuv's tests: two connect to an address from which nobody answers, and two are others for root, who may write
# anything, and whose program would have to be readable for nobody.
_NOT_JUDGED = r"(?!(?:tcp_connect_timeout|tcp_close_while_connecting|fs_copyfile|spawn_setuid_setgid)$)"

ROWS = (
    Row(
        ports.RSYNC,
        tests="make -s check",
        passed=r"^PASS +",
        failed=r"^X?FAIL +",
        prepare=r"""mkdir "$SCRATCH/old"
awk 'BEGIN { for (i = 0; i < 240000; i++) print i, i * 7919 % 1000003, "line of words and numbers", i % 97 }' > "$SCRATCH/text"
split -a 3 -l 800 "$SCRATCH/text" "$SCRATCH/old/part" && cp "$SCRATCH/text" "$SCRATCH/old/all"
cp -a "$SCRATCH/old" "$SCRATCH/new" && rm "$SCRATCH"/new/parta[a-c]?
sed -i '/^[0-9]*77 /s/words/things/' "$SCRATCH"/new/*""",
        work=r"""./rsync -a "$SCRATCH/old/" "$SCRATCH/copy/" && ./rsync -rcz --no-whole-file --delete -i "$SCRATCH/new/" "$SCRATCH/copy/" | sort
diff -r "$SCRATCH/new" "$SCRATCH/copy" && echo same""",
        about="copy 300 files, then what has changed in them",
    ),
    Row(
        ports.SOCAT,
        # They end processes by numbers that may have become others': in a namespace of their own there are no others.
        # Left out: one wants sockets of a virtual machine's, one fails natively.
        tests=r"""sed -i 's/^NUMCOND=true/NUMCOND="test \\$N -ne 410 -a \\$N -ne 418"/' test.sh
unshare --user --pid --fork --mount-proc bash -c 'set -m; bash ./test.sh -t 0.3; true'""",
        passed=r"^test +\d+ .*OK",
        failed=r"^test +\d+ .*FAILED",
        prepare='head -c 300000000 /dev/zero > "$SCRATCH/data"',
        work="""./socat -u TCP4-LISTEN:21884,bind=127.0.0.1,reuseaddr - | wc -c & reader=$!
./socat -u OPEN:"$SCRATCH/data" TCP4:127.0.0.1:21884,retry=100,interval=0.1
wait $reader""",
        about="300 MB from a file by TCP to a pipe",
    ),
    Row(
        ports.MOSQUITTO,
        # Upstream's limits of time are for a machine of its own; and of root the broker would make nobody, who may write
        # nothing there. One script is not in the tarball, three want passwords that TLS's library has encrypted.
        tests=r"""sed -i 's/max_running=20/max_running=6/' test/ptest.py
sed -i 's/range(0, 20)/range(0, 300)/' test/mosq_test.py
sed -i "s/^    if use_conf == True:/&\n        name_user(filename.replace('.py', '.conf'))/" test/mosq_test.py
cat >> test/mosq_test.py <<END

def name_user(conf):
    if 'user $(id -un)' not in open(conf).read():
        open(conf, 'a').write('\nuser $(id -un)\n')
END
sed -i '/573191\|01-connect-uname-or-anon\|01-connect-uname-password-denied-no-will\|09-pwfile\|08-ssl\|08-tls\|09-plugin\|09-extended-auth\|09-auth-bad\|14-dynsec/d' test/broker/test.py
sed -i '/08-ssl\|cpp\//d' test/lib/test.py
(cd test/unit && for name in mosq bridge_topic persist_read persist_write subs; do ./${name}_test; done)
(cd test/broker && python3 test.py)
(cd test/lib && python3 test.py)
(cd test/client && bash ./test.sh)""",
        passed=r"^Passed: (\d+)|^ +tests +\d+ +\d+ +(\d+)|^\w.* ok$",
        failed=r"^Failed: (\d+)|^ +tests +\d+ +\d+ +\d+ +(\d+)",
        prepare="""awk 'BEGIN { for (i = 0; i < 30000; i++) print i, i * 7919 % 1000003, "a message" }' > "$SCRATCH/lines"
printf 'listener 21883 127.0.0.1\\nallow_anonymous true\\nmax_queued_messages 0\\n' > "$SCRATCH/conf\"""",
        work="""export LD_LIBRARY_PATH=$PWD/lib
src/mosquitto -c "$SCRATCH/conf" 2> "$SCRATCH/log" & broker=$!
of="-p 21883 -q 1 -t load/x"
for n in $(seq 100); do ! client/mosquitto_sub $of -i me -c -E || break; sleep 0.2; done
client/mosquitto_pub $of -l < "$SCRATCH/lines"
client/mosquitto_sub $of -i me -c -C 30000 | cksum
kill $broker; wait $broker""",
        about="30,000 messages kept and handed on",
        remarks="without TLS and cJSON; what loads plug-ins is left out",
    ),
    Row(
        ports.HAPROXY,
        tests=f"python3 {_STORIES}/haproxy/story.py ./haproxy",
        passed=r"^ok ",
        failed=r"^not ok ",
        work=f"python3 {_STORIES}/haproxy/story.py ./haproxy load",
        about="40,000 requests through two proxies",
        remarks="without TLS; upstream's tests take VTest, which Debian lacks: a story of ours instead; wasm loses single "
        "requests at some reloads ([PORTING.md](PORTING.md))",
    ),
    Row(
        ports.IPERF3,
        tests=f"make -k -s check; python3 {_STORIES}/iperf3/story.py src/iperf3",
        passed=rf"{AUTOMAKE_PASSED}|^ok ",
        failed=r"^# (?:FAIL|ERROR): +(\d+)$|^not ok ",
        work=f"python3 {_STORIES}/iperf3/story.py src/iperf3 keys",
        about="4 GB by TCP and 100 MB by UDP, both ends",
        remarks="upstream's unit tests, and transfers of ours",
    ),
    Row(
        ports.LIBUV,
        tests="UV_RUN_AS_ROOT=1 UV_TEST_TIMEOUT_MULTIPLIER=5 ./uv_run_tests_a",
        passed=rf"^ok \d+ - {_NOT_JUDGED}",
        failed=rf"^not ok \d+ - {_NOT_JUDGED}",
        work="UV_RUN_AS_ROOT=1 UV_TEST_TIMEOUT_MULTIPLIER=10 ./uv_run_benchmarks_a loop_count > said && echo done",
        about="upstream's benchmark: two million turns of a loop",
    ),
)
