"""A release that is being downloaded: finished files under their names, a journal of them, partial files beside.

Below the folder of the source::

    .partial/<release>/        finished files
    .partial/<release>.work/   partial files, ``journal.jsonl``

After an interruption the next dump of the same release takes finished files whose journal entry fits what the server
tells, and goes on with partial ones. Whatever is not in the journal is removed first.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from hub.dataload.releases import FileRecord, SourceFolder


class Draft:
    """One release in the making.

    Args:
        source: the source's folder.
        name: folder name of the release.
    """

    def __init__(self, source: SourceFolder, name: str) -> None:
        self.source, self.name = source, name
        self.folder = source.partial / name
        self.work = source.partial / f"{name}.work"
        self._journal = self.work / "journal.jsonl"
        self._finished: dict[str, FileRecord] = {}

    def open(self) -> None:
        """Make the folders; keep what an interrupted dump had finished, remove everything else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        for record in self._read_journal():
            path = self.folder / record.name
            if path.is_file() and path.stat().st_size == record.size:
                self._finished[record.name] = record
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif str(path.relative_to(self.folder)) not in self._finished:
                path.unlink()

    def finished(self, name: str) -> FileRecord | None:
        """The record of a file that an earlier run finished; by its size, so check the bytes before using it."""
        return self._finished.get(name)

    def names(self) -> list[str]:
        """Names of all finished files."""
        return list(self._finished)

    def note(self, record: FileRecord) -> None:
        """A file is finished and checked."""
        self._finished[record.name] = record
        self._append({"done": record.to_json()})

    def drop(self, name: str) -> None:
        """Remove a file that turned out to be bad, so that the next run fetches it again."""
        (self.folder / name).unlink(missing_ok=True)
        self._finished.pop(name, None)
        self._append({"drop": name})

    def sink(self, name: str) -> Path:
        """Where the bytes of ``name`` are collected until they are complete."""
        return self.work / hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def place(self, name: str) -> Path:
        """Where the finished file ``name`` belongs; its folder is made."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def adopt(self, record: FileRecord, origin: Path, link: bool = True) -> bool:
        """Take an unchanged file from a complete release.

        Args:
            record: what is known of it.
            origin: the file in the complete release.
            link: as a hard link where the disk can; otherwise, and with False, as a copy.

        Returns:
            Whether it was there as recorded.
        """
        if not origin.is_file() or origin.is_symlink() or origin.stat().st_size != record.size:
            return False
        place = self.place(record.name)
        place.unlink(missing_ok=True)
        try:
            if not link:
                raise OSError
            os.link(origin, place)
        except OSError:
            shutil.copy2(origin, place)
        self.note(record)
        return True

    def discard(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)

    def _read_journal(self) -> list[FileRecord]:
        found: dict[str, FileRecord] = {}
        try:
            lines = self._journal.read_text("utf-8").splitlines()
        except OSError:
            return []
        for line in lines:
            try:
                entry = json.loads(line)
                if "done" in entry:
                    record = FileRecord.from_json(entry["done"])
                    found[record.name] = record
                else:
                    found.pop(entry["drop"], None)
            except (ValueError, KeyError, TypeError):
                continue  # the line that was being written when the process died
        return list(found.values())

    def _append(self, entry: dict[str, object]) -> None:
        with self._journal.open("a", encoding="utf-8") as out:
            out.write("\n" + json.dumps(entry) + "\n")
            out.flush()
