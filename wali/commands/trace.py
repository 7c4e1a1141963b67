"""wali trace [options] prog.wasm [arguments]: strace's command line, as one of wali-run's."""

from __future__ import annotations

from ..errors import WaliUsageError
from ..start.option_table import DESCRIPTOR, FILE, FLAG, OPTIONS, STOP

HELP = """\
usage: wali trace [options] prog.wasm [arguments of the guest ...]

Runs a program and writes its system calls, signals and ends, as strace(1) does natively.

examples:
  wali trace app.wasm                              all calls, to stderr
  wali trace -o calls.txt app.wasm                 to a file, where each line has its process's id
  wali trace -e trace=openat,read,write app.wasm   these calls
  wali trace -e trace=%file -y -Z app.wasm         calls with a path that fail; paths of descriptors
  wali trace -e '!%memory' app.wasm                all calls but these
  wali trace -tt -T -e trace=%network app.wasm     when each was made, and how long it took
  wali trace -e inject=read:error=EIO:when=3 app.wasm   the third read of each thread fails
  wali trace -e fault=%file:when=2+2 app.wasm      every second call with a path is not implemented
  wali trace -c app.wasm                           counts and times instead of lines
  wali trace --json -o calls.json app.wasm         an object of JSON for each call

which calls:
  -e [trace=]SET        names, %families, /expressions/, all, none, joined by commas; ! in front
                        means all but these. %file %desc %network %process %signal %memory %ipc
                        %creds %clock %pure %stat %lstat %fstat %statfs. Others cost nothing.
  -e signal=SET         whose signals are told, as in SIGCHLD,SIGTERM or none
  -z, -Z                calls that succeed, that fail; -e status=successful, -e status=failed
changes:
  -e inject=SET:...     error=ENOENT, retval=N, signal=SIG, delay_enter=US, delay_exit=US (also
                        10ms, 1s), when=FIRST, FIRST+, FIRST+STEP or FIRST..LAST
  -e fault=SET:...      the same; without error= it is ENOSYS
how they are shown:
  -o FILE               to FILE, which is emptied first
  -ff                   with -o: to FILE.ID, one for each thread
  -t, -tt, -ttt, -r     the time of day, with microseconds, since 1970; since the line before
  -T                    how long each call took
  -y                    the paths of descriptors
  -s N                  bytes of strings (32; 4096 at most)
  -v                    structures whole
  -x, -xx               strings in hexadecimal: those that are no text, all
  -a COLUMN             where results stand (40)
  -k                    where in the module the call was made: wali-addr2line names the places
  -q, -qq               -qq: no line for the end of a process
  --json                objects, one a line: pid, time, call, args, result, error, text, seconds
  -f                    always on: threads and children, and the modules that they execute
  -c, -C                as wali-run --stats, in place of lines, beside them; with -o as JSON
Other options are those of wali-run: --dir, --env, ... (wali-run --help).

Programs that are not wasm are not followed: strace(1) shows them. Differences: docs/TRACE.md.
"""
SWITCHES = "ftrTyvxzZkq"
WITH_VALUE = "esa"
NOT_HERE = {
    "p": "a guest is traced from its start on",
    "P": "use -e trace=%file -y",
    "S": "wali trace -c sorts by time",
    "u": "start wali trace as that user",
    "b": "it is always traced to its end",
    "D": "the guest is always the process that was started",
    "I": "signals reach the guest as without a trace",
}


def command(argv: list[str]) -> list[str] | None:
    """The command line of wali-run, without its name; None if help was asked for. WaliUsageError."""
    words: list[str] = []
    own: list[str] = []
    file, counts, lines = None, False, True
    kinds = {option.word: option.kind for option in OPTIONS if option.help}
    at = 0

    def value(word: str, rest: str) -> str:
        nonlocal at
        if rest:
            return rest
        at += 1
        if at > len(argv) - 1:
            raise WaliUsageError(f"option {word} needs a value (wali trace --help)")
        return argv[at]

    while at < len(argv) and argv[at].startswith("-") and argv[at] not in ("-", "--"):
        word = argv[at]
        name, equals, _ = word.partition("=")
        if word in ("-h", "--help"):
            return None
        if word == "--json":
            words.append(word)
        elif name in kinds and name not in ("--trace", "--trace-options"):
            own.append(word)
            if kinds[name] not in (FLAG, FILE, STOP, DESCRIPTOR) and not equals:
                own.append(value(name, ""))
        elif word.startswith("--"):
            raise WaliUsageError(f"unknown option {word} (wali trace --help)")
        elif word[1] == "o":
            file = value("-o", word[2:])
        elif word[1] == "E":
            own += ["--env", value("-E", word[2:])]
        elif word[1] in WITH_VALUE:
            words += [word[:2], value(word[:2], word[2:])]
        elif word in ("-c", "-C"):
            counts, lines = True, word == "-C"
        elif word[1] in NOT_HERE:
            raise WaliUsageError(f"{word[:2]} of strace: {NOT_HERE[word[1]]}")
        elif all(letter in SWITCHES for letter in word[1:]):
            words.append(word)
        else:
            raise WaliUsageError(f"unknown option {word} (wali trace --help)")
        at += 1
    if at == len(argv) or argv[at:] == ["--"]:
        raise WaliUsageError("no program given; try: wali trace prog.wasm")
    if lines:
        own.append("--trace" if file is None else f"--trace={file}")
        own += [f"--trace-options={' '.join(words)}"] if words else []
    if counts:
        own.append("--stats" if file is None else f"--stats={file}{'.stats' if lines else ''}")
    return [*own, *argv[at:]]
