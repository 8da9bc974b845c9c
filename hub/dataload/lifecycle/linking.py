"""Files of other sources in a release: hard links in a folder named after the source."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.dataload.lifecycle.errors import NothingToLinkError
from hub.dataload.releases import tree_of


@dataclass(frozen=True)
class Dependency:
    """A release that another source is made from; picklable.

    Attributes:
        source: its source.
        release: its release.
        folder: path of its folder.
        patterns: regular expressions for the paths of the files that are linked; none for no file.
    """

    source: str
    release: str
    folder: str
    patterns: Sequence[str] = ()


def link_files(source: str, folder: Path, dependencies: Mapping[str, Dependency]) -> int:
    """Link the wanted files of dependencies into ``folder/<dependency>/``; how many.

    Where the disk can not link, they are copied.

    Raises:
        NothingToLinkError: a pattern matches no file.
    """
    count = 0
    for name, dependency in dependencies.items():
        origin = Path(dependency.folder)
        names = list(tree_of(origin)) if dependency.patterns else []
        for pattern in dependency.patterns:
            wanted = [n for n in names if re.fullmatch(pattern, n)]
            if not wanted:
                raise NothingToLinkError(source, name, pattern, dependency.folder)
            for file in wanted:
                _link(origin / file, folder / name / file)
            count += len(wanted)
    return count


def _link(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(origin, target)
    except OSError:
        shutil.copy2(origin, target)
