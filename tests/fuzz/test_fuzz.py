"""Each fuzzer for a while: what was found once, and fixed seeds. `make fuzz` takes new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import build
from tests.fuzz.calls import session as calls
from tests.fuzz.differential import session as differential
from tests.fuzz.differential import sides
from tests.fuzz.differential.compare import first_difference
from tests.fuzz.differential.program import Program, parse
from tests.fuzz.enclosed import Unavailable, run
from tests.fuzz.modules import session as modules

CORPUS = build.HERE / "corpus"
SECONDS = 15.0
"""Of each half, at most."""


@pytest.fixture(scope="module", autouse=True)
def _enclosed() -> None:
    try:
        run(["/bin/true"], 10)
    except Unavailable as error:
        pytest.skip(f"no namespaces of one's own here: {error}")


@pytest.fixture(params=[1, 1_000_000])
def seed(request: pytest.FixtureRequest) -> int:
    """Where a fuzzer begins."""
    return int(request.param)


def test_calls(seed: int) -> None:
    """No call, whatever its arguments are, ends the host or shows its memory."""
    result = calls.run(seed, SECONDS, 100_000)
    assert result.calls > 0
    assert not result.finds, "\n".join(result.finds)


def test_the_canary_sings(tmp_path: Path) -> None:
    """From the first thread on a guest address that is taken for the host's meets it."""
    tmp_path.chmod(0o755)
    bench = calls.Bench(tmp_path / "progress", tmp_path / "canary")
    assert calls.start(["canary"], bench, root=False, watched=False).report == "status: 0"


def test_modules(seed: int) -> None:
    """Whatever is damaged is read, refused by one line, or runs."""
    result = modules.run(seed, SECONDS, 3000)
    assert result.modules > 0
    assert not result.finds, "\n".join(result.finds)


def test_differential(seed: int) -> None:
    """Programs of calls are told the same natively and as wasm."""
    result = differential.run(seed, SECONDS, 1000)
    assert result.programs > 0
    assert not result.finds, "\n".join(result.finds)


PROGRAMS = sorted((CORPUS / "differential").glob("*.program"))


def test_programs_that_differed_once() -> None:
    """They do not any more."""
    programs = [Program(path.stem, parse(path.read_text())) for path in PROGRAMS]
    native, guest = sides.run(programs, as_guest=False), sides.run(programs, as_guest=True)
    found = {name: first_difference(text, guest.get(name, "")) for name, text in native.items()}
    assert native.keys() == {path.stem for path in PROGRAMS}
    assert {name: difference for name, difference in found.items() if difference} == {}


def test_a_difference_is_found_and_shrunk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The fuzzer itself: a side that tells something else of one call is caught, and one call is left of the program."""
    honest = sides.run

    def lying(programs: list[Program], as_guest: bool) -> dict[str, str]:
        told = honest(programs, as_guest)
        for program in programs:
            for line in program.lines:
                if as_guest and line.comment == "umask":
                    told[program.name] = told[program.name].replace(f"\n{line.label} ", f"\n{line.label} not ")
        return told

    monkeypatch.setattr(sides, "run", lying)
    monkeypatch.setattr(differential, "FINDS", tmp_path)
    result = differential.run(1, 60, 100)
    assert any(" umask: " in find for find in result.finds)
    kept = [parse(path.read_text()) for path in tmp_path.glob("*.program")]
    assert ["umask"] in [[line.comment for line in lines if line.comment] for lines in kept]
