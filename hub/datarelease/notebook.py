"""Release notes of builds: made, kept beside the other files of releases, and read."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.errors import DiffArgumentError, DiffNotFoundError, SideNotReadyError
from hub.datadiff.files import dump_json, write_whole
from hub.datadiff.manager import DiffManager
from hub.datadiff.records import keep, step
from hub.datadiff.resolve import label
from hub.datarelease.errors import NoteMissingError
from hub.datarelease.naming import check_name
from hub.datarelease.notes import NONE, as_text, changes
from hub.jobs.logfiles import of_build, written

FORMATS = ("txt", "json")


class Notebook:
    """Release notes.

    Args:
        diffs: for builds and what is known of their differences.
    """

    def __init__(self, diffs: DiffManager) -> None:
        self._diffs, self._services = diffs, diffs.services
        self.folder = Path(diffs.settings["RELEASE_PATH"])

    def create(
        self,
        old: str | None,
        new: str,
        *,
        filename: str | None = None,
        note: str | None = None,
        format: str = "txt",  # noqa: A002 (the documented name)
    ) -> dict[str, Any]:
        """Write the note of a release; gives its data.

        Args:
            old: the build before; ``none`` for the first release, None for the previous build or else ``none``.
            new: the build, or one of its indices.
            filename: begins the names of the files; ``release_<version>`` by default.
            note: what a person adds.
            format: ``txt`` or ``json``: what is asked for; both are written.

        Raises:
            hub.errors.HubError: there is no such build, or it has no mapping.
        """
        if format not in FORMATS:
            raise DiffArgumentError("format", format, f"there are {', '.join(FORMATS)}.")
        build = self._diffs.sides.build(self._diffs.sides.build_of(new))
        if not build.get("mapping"):
            raise DiffArgumentError("new", new, "it has no mapping, so that its fields can not be told.")
        before = self._old(old, build)
        name = str(build["_id"])
        with (
            step(self._services.state.builds, name, "release_note", "generating"),
            self._log_of(name) as told,
        ):
            told.info("note of %s since %s", name, before["_id"] if before else NONE)
            found = changes(before, build, self._diff_of(before, name), note)
            old_name = str(before["_id"]) if before else NONE
            folder = self._folder(old_name, name)
            folder.mkdir(parents=True, exist_ok=True)
            stem = check_name("file name", filename or f"release_{found['new']['_version']}")
            write_whole(folder / f"{stem}.json", dump_json(found))
            write_whole(folder / f"{stem}.txt", as_text(found).encode())
            entry = {"changes": found, "release_folder": str(folder), "created_at": datetime.now(UTC), "name": stem}
            keep(self._services.state.builds, name, "release_note", old_name, entry)
            told.info("written as %s", folder / f"{stem}.txt")
        builds = self._services.state.builds
        self._services.state.store.update(builds.collection, name, add_to_set={"pending": "publish"})
        self._services.state.store.update(builds.collection, name, pull={"pending": "release_note"})
        return found

    def _log_of(self, build: str) -> AbstractContextManager[logging.Logger]:
        settings = self._diffs.settings
        return written(Path(settings["LOG_FOLDER"]) / of_build(build, "releasemanager"), settings["LOG_FORMAT"])

    def _old(self, old: str | None, build: Mapping[str, Any]) -> dict[str, Any] | None:
        if old == NONE:
            return None
        if old is None:
            try:
                old = self._diffs.sides.previous(build)
            except SideNotReadyError:
                return None
        found = self._services.state.builds.get(self._diffs.sides.build_of(old))
        if found is None:
            return self._diffs.sides.build(old)  # raises, with the names that exist
        return dict(found)

    def _diff_of(self, before: Mapping[str, Any] | None, new: str) -> dict[str, Any] | None:
        if before is None:
            return None
        try:
            return dict(self._diffs.find(str(before["_id"]), new)[1]["diff"])
        except DiffNotFoundError:
            return None

    def _folder(self, old: str, new: str) -> Path:
        return self.folder / f"{label(old)}-{label(new)}"

    def get(
        self,
        old: str,
        new: str,
        *,
        format: str = "txt",  # noqa: A002 (the documented name)
        prefix: str = "release_*",
    ) -> Any:
        """A note: text, or data when the format is ``json``.

        Raises:
            NoteMissingError: there is none.
        """
        if format not in FORMATS:
            raise DiffArgumentError("format", format, f"there are {', '.join(FORMATS)}.")
        name = self._diffs.sides.build_of(new)
        folder = self._folder(old if old == NONE else self._diffs.sides.build_of(old), name)
        found = sorted(p for p in folder.glob(f"*.{format}") if fnmatchcase(p.stem, prefix))
        if not found:
            raise NoteMissingError(old, new)
        content = max(found, key=lambda p: p.stat().st_mtime_ns).read_bytes()
        return orjson.loads(content) if format == "json" else content.decode()

    def files(self, build: Mapping[str, Any], old: str) -> dict[str, Path]:
        """The files of a note that is registered with a build, by format; empty when they are gone."""
        entry = (build.get("release_note") or {}).get(old) or {}
        stem, folder = entry.get("name"), entry.get("release_folder")
        if not stem or not folder:
            return {}
        found = {kind: Path(folder) / f"{stem}.{kind}" for kind in FORMATS}
        return {kind: path for kind, path in found.items() if path.is_file()}
