"""The releases of all sources: which is current, which are frozen, which are removed.

The one that changes them. What is on disk and what the records say is brought together again by `reconcile` after a
crash: an order is always written down first and then carried out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import errors
from hub.dataload.lifecycle import disk, uses
from hub.dataload.lifecycle.declared import Steps, read_steps
from hub.dataload.lifecycle.errors import CurrentTakenError, ReleaseInUseError, ReleaseNotReadyError
from hub.dataload.lifecycle.removing import RemoveRequest, remove_releases
from hub.dataload.releases import CURRENT, RECORDS, ReleaseRecord, SourceFolder
from hub.jobs.logfiles import safe
from hub.jobs.port import Job, JobHandle, JobSpec
from hub.store.records import releases as rows

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager
    from hub.dataload.plugin import Plugin

log = logging.getLogger("hub.releases")
Row = dict[str, Any]


class Releases:
    """Releases, as part of the source manager.

    Args:
        sources: the source manager.
    """

    def __init__(self, sources: SourceManager) -> None:
        self._sources = sources
        self._state = sources.state

    # -- where and what ------------------------------------------------------------------------------------------------

    def folder(self, source: str) -> SourceFolder:
        """The folder of a source, as its dumper class names it, else as its releases lie."""
        archive = Path(self._sources.settings["DATA_ARCHIVE_ROOT"])
        plugin = self._sources.plugins.get(source)
        dumper = plugin.dumper_class if plugin else None
        named = getattr(dumper, "SRC_ROOT_FOLDER", None)
        if isinstance(named, str | Path) and str(named):
            return SourceFolder(Path(named).absolute(), source)
        if dumper is None or named is not None:
            known = self._state.releases.of(source)
            if known:
                return SourceFolder(Path(known[-1]["data_folder"]).parent, source)
        name = getattr(dumper, "ROOT_FOLDER_NAME", None) or source
        return SourceFolder((archive / str(name)).absolute(), source)

    def of(self, source: str, release: str | None = None) -> list[Row]:
        """Records of the releases of a source, oldest first; of one, when it is named.

        Raises:
            hub.errors.NotFound: no such source or release.
        """
        found = self._state.releases.of(source)
        if not found and self._state.sources.get(source) is None:
            self._sources.plugin(source)
        if release is None:
            return found
        row = uses.find(found, release)
        if row is None:
            raise errors.NotFound("release", f"{source} {release}", [f"{source} {r['release']}" for r in found])
        return [dict(row)]

    def current(self, source: str) -> Mapping[str, Any] | None:
        """Release and data folder that uploads read; None when there is none."""
        return uses.current_of(self._state.sources.get(source))

    def views(self, source: str | None = None) -> list[Row]:
        """All releases, or those of one source, newest first, with what they are needed for."""
        names = [source] if source else sorted(self._state.releases.by_source())
        found = []
        for name in names:
            needed = self._needed(name)
            for row in reversed(self.of(name)):
                found.append(self._view(row, needed.get(row["folder"], [])))
        return found

    def _view(self, row: Row, why: Sequence[str]) -> Row:
        view = {key: value for key, value in row.items() if key not in ("_id", "root")}
        return view | {"current": uses.CURRENT in why, "needed": list(why)}

    def _needed(self, source: str) -> dict[str, list[str]]:
        """Why each release of a source must stay, by folder."""
        record = self._state.sources.get(source)
        dependents = {name: self._in_use(name) for name in self._sources.dependents(source)}
        return {r["folder"]: uses.reasons(r, record, dependents) for r in self._state.releases.of(source)}

    def _in_use(self, source: str) -> list[Row]:
        record = self._state.sources.get(source)
        return [r for r in self._state.releases.of(source) if uses.reasons(r, record, {})]

    # -- current -------------------------------------------------------------------------------------------------------

    def note(self, source: str, data_folder: str | Path) -> Row | None:
        """Put down a release that is on disk; None for a folder that is not the hub's own."""
        path = Path(data_folder)
        found = SourceFolder(path.parent, source).record(path.name)
        if found is None:
            return None
        self._state.releases.note(source, path.name, _row_of(found, path))
        return self._state.releases.get(rows.release_id(source, path.name))

    def use(self, source: str, release: str, data_folder: str) -> None:
        """Make a folder the one that uploads read, and move the link to it."""
        self._state.sources.set_current(source, {"release": release, "data_folder": data_folder, "since": _now()})
        self.point(source)
        self._sources.bus.publish("release.current", source=source, release=release)

    def promote(self, source: str, release: str | None = None) -> Row:
        """Make a release the current one: the newest complete one unless it is named.

        Raises:
            hub.errors.NotFound: no such release.
            ReleaseNotReadyError: it is not complete.
            CurrentTakenError: the link can not be made.
        """
        found = self.of(source, release)
        ready = [r for r in found if r["state"] == rows.COMPLETE]
        if not ready:
            if found:
                raise ReleaseNotReadyError(source, found[-1]["release"], found[-1]["state"])
            raise errors.NotFound("release", f"{source} (any)", [])
        row = ready[-1]
        before = self.current(source)
        _check_link(self.folder(source))
        self.use(source, row["release"], row["data_folder"])
        if before is None or before["data_folder"] != row["data_folder"]:
            self._sources.want_upload(source)
        return self.views_of(row)

    def unpromote(self, source: str) -> None:
        """No release is the current one any more; what was uploaded stays."""
        self.of(source)
        self._state.sources.set_current(source, None)
        self.point(source)
        self._sources.bus.publish("release.current", source=source, release=None)

    def freeze(self, source: str, release: str, frozen: bool = True) -> Row:
        """Keep a release from being removed, or give it free.

        Raises:
            hub.errors.NotFound: no such release.
        """
        (row,) = self.of(source, release)
        self._state.releases.freeze(source, row["folder"], frozen)
        self._sources.bus.publish("release.frozen", source=source, release=row["release"], frozen=frozen)
        return self.views_of(row)

    def views_of(self, row: Row) -> Row:
        """The present view of one release."""
        now = self._state.releases.get(row["_id"]) or row
        return self._view(now, self._needed(row["source"]).get(row["folder"], []))

    def point(self, source: str) -> None:
        """Have the link fit the record."""
        folder, current = self.folder(source), self.current(source)
        if not folder.root.is_dir():
            return
        path = Path(current["data_folder"]) if current else None
        inside = path is not None and path.parent == folder.root and path.is_dir()
        try:
            disk.point_current(folder, path.name if path is not None and inside else None)
        except CurrentTakenError as error:
            log.warning("%s", error, extra={"action": "current_link_taken", "source": source})

    # -- removal -------------------------------------------------------------------------------------------------------

    def to_remove(self, source: str, release: str | None = None, *, force: bool = False) -> list[Row]:
        """The releases to remove: one, or all.

        Raises:
            hub.errors.NotFound: no such source or release.
            ReleaseInUseError: something needs one of them, and ``force`` is not given.
        """
        chosen = self.of(source, release)
        needed = self._needed(source)
        refused = {r["release"]: needed[r["folder"]] for r in chosen if needed.get(r["folder"])}
        if refused and not force:
            raise ReleaseInUseError(source, refused)
        return chosen

    def to_prune(self, source: str) -> list[Row]:
        """The releases that are more than the source keeps."""
        surplus = uses.surplus(self._state.releases.of(source), self.keep(source), self._needed(source))
        return [dict(row) for row in surplus]

    def keep(self, source: str) -> int | None:
        """How many releases a source keeps beside those that are needed; None for all."""
        plugin = self._sources.plugins.get(source)
        wanted = getattr(plugin.dumper_class, "KEEP_RELEASES", None) if plugin else None
        if wanted is None:
            wanted = self._sources.settings["KEEP_RELEASES"]
        return None if wanted in (None, "all") else int(wanted)

    def remove(self, source: str, release: str | None = None, *, force: bool = False, owner: str = "") -> JobHandle:
        """Submit the removal of one release, or of all; refused as `to_remove` says, now and when the job starts."""
        self.to_remove(source, release, force=force)
        return self._submit(source, owner, lambda: self.to_remove(source, release, force=force), "remove releases")

    def prune(self, source: str, *, owner: str = "") -> JobHandle:
        """Submit the removal of the releases that are more than the source keeps."""
        return self._submit(source, owner, lambda: self.to_prune(source), "remove old releases")

    def _submit(self, source: str, owner: str, choose: Any, what: str) -> JobHandle:
        """A job that removes what ``choose`` gives at its start. Its result are the names of the releases."""
        order = _Order(self, source, choose)
        plugin = self._sources.plugins.get(source)
        steps = read_steps(getattr(plugin.dumper_class, "STEPS", None))[0] if plugin else Steps()
        return self._sources.jobs.submit(
            JobSpec(
                kind="remove",
                subject=source,
                description=what,
                fn=remove_releases,
                args=(order.request(plugin if steps.remove else None, steps),),
                where="process" if steps.remove else "thread",
                exclusive=frozenset({f"source:{source}"}),
                owner=owner,
                on_start=order.begin,
                on_done=order.end,
                on_error=order.end,
            )
        )

    def finish_removal(self, source: str, removed: Sequence[Row]) -> None:
        """After folders were taken away: have the records say so, of those that are really gone."""
        for row in removed:
            if (Path(row["data_folder"])).is_dir():
                self._state.releases.set_state(source, row["folder"], row["state"])
                continue
            self._state.sources.forget_folder(source, row["data_folder"])
            self.point(source)
            self._state.releases.forget(source, row["folder"])
            self._sources.bus.publish("release.removed", source=source, release=row["release"])
            log.info("Removed release %s of %s", row["release"], source, extra={"action": "release_removed"})

    # -- after a crash -------------------------------------------------------------------------------------------------

    def reconcile(self) -> None:
        """Bring records and disk together for every source; call at the start, before any job."""
        known = self._state.releases.by_source()
        for source in sorted({*self._sources.plugins, *known}):
            try:
                self.reconcile_source(source, known.get(source, []))
            except (OSError, errors.HubError) as error:
                log.error("%s: releases: %s", source, error, extra={"action": "releases_unreadable", "source": source})

    def reconcile_source(self, source: str, known: Sequence[Row]) -> None:
        """Finish removals, put down releases without a record, forget records without a release, fit the link."""
        folder = self.folder(source)
        if not folder.root.is_dir():
            if known:
                log.warning("%s: %s is not there", source, folder.root, extra={"action": "releases_missing"})
            return
        if not known and not (folder.root / RECORDS).is_dir():
            return
        with folder.locked():
            for row in known:
                if row["state"] == rows.REMOVING:
                    disk.remove_release(folder, row["folder"])
            disk.empty_trash(folder)
            found = {record.folder: record for record in folder.records()}
        for name, record in found.items():
            self._state.releases.note(source, name, _row_of(record, folder.root / name))
        self.finish_removal(source, [r for r in known if r["folder"] not in found])
        self.point(source)


class _Order:
    """One removal: what is to go is decided when the job starts, and written down before anything is touched."""

    def __init__(self, releases: Releases, source: str, choose: Any) -> None:
        self._releases, self._source, self._choose = releases, source, choose
        self.folder = releases.folder(source)
        self.chosen: list[Row] = []
        self.folders: list[str] = []

    def begin(self, job: Job) -> None:
        self.chosen = self._choose()
        self.folders[:] = [row["folder"] for row in self.chosen]
        for folder in self.folders:
            self._releases._state.releases.set_state(self._source, folder, rows.REMOVING)

    def end(self, job: Job, outcome: Any) -> None:
        self._releases.finish_removal(self._source, self.chosen)

    def request(self, plugin: Plugin | None, steps: Steps) -> RemoveRequest:
        """What the job gets; its list of folders is filled when the job starts."""
        settings = self._releases._sources.settings
        logs = Path(settings["LOG_FOLDER"]) / "steps" / safe(self._source) / "remove"
        return RemoveRequest(
            self._source, str(self.folder.root), self.folders, str(plugin.folder) if plugin else "", steps, str(logs),
            settings["STEP_THREADS"], tuple(settings["STEP_ENVIRONMENT"]), tuple(settings["EXTRA_PYTHON_PATHS"]),
            plugin.python if plugin else sys.executable,
        )  # fmt: skip


def _row_of(record: ReleaseRecord, path: Path) -> Row:
    return {
        "release": record.release,
        "base": record.base,
        "data_folder": str(path),
        "created_at": record.created_at,
        "files": len(record.tree) + len(record.made),
        "size": sum(record.tree.values()) + sum(record.made.values()),
        "state": rows.COMPLETE if record.ready else rows.MADE,
        "depends": dict(record.depends),
        "formats": dict(record.formats),
    }


def _check_link(folder: SourceFolder) -> None:
    link = folder.root / CURRENT
    if link.exists() and not link.is_symlink():
        raise CurrentTakenError(folder.source, str(link))


def _now() -> datetime:
    return datetime.now(UTC)
