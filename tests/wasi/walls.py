"""What a hostile program is given, and what it must not reach."""

from __future__ import annotations

from pathlib import Path


class Walls:
    """A folder `box` that a hostile program gets as ".", and what lies outside of it and must stay as it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "box" / "inside").mkdir(parents=True)
        (folder / "box" / "inside" / "file").write_text("inside")
        (folder / "outside").mkdir()
        (folder / "outside" / "file").write_text("outside")
        for name, target in (
            ("up", ".."),
            ("out", "../outside"),
            ("out_file", "../outside/file"),
            ("absolute", str(folder / "outside")),
            ("absolute_file", str(folder / "outside" / "file")),
            ("through", "inside/../../outside"),
            ("chain", "out"),
            ("dangling", "../outside/new"),
        ):
            (folder / "box" / name).symlink_to(target)

    def hold(self) -> None:
        """Fails the test if anything outside has changed."""
        assert sorted(path.name for path in self.folder.iterdir()) == ["box", "outside"]
        assert [path.name for path in (self.folder / "outside").iterdir()] == ["file"]
        inside = self.folder / "outside" / "file"
        assert inside.read_text() == "outside"
        assert inside.stat().st_nlink == 1
