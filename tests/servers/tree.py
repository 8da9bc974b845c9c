"""The folder that every transport is asked to list, and what it has to tell of it."""

from __future__ import annotations

import os
from pathlib import Path

#: 2026-03-01T12:34:56Z
MTIME = 1_772_368_496
NAMES = ["a.tsv", "with blank.tsv", "ünï.tsv", "a#b?c%d.tsv", "x&y=<z>;'q'.tsv", "$(id).tsv", "-dash", "a+b.tsv"]


def make_tree(root: Path) -> None:
    """Files of one to eight bytes with hard names, a folder, an empty folder, a link to a file and one to a folder."""
    for number, name in enumerate(NAMES, 1):
        path = root / name
        path.write_bytes(b"x" * number)
        os.utime(path, (MTIME, MTIME))
    (root / "sub").mkdir()
    (root / "sub" / "inner.tsv").write_bytes(b"inner")
    (root / "empty").mkdir()
    (root / "to_file").symlink_to("a.tsv")
    (root / "to_folder").symlink_to("sub")
