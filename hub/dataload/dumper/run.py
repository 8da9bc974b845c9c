"""One dump from the check to the published folder. Nothing of it is visible before everything is there."""

from __future__ import annotations

import asyncio
import filecmp
import functools
import inspect
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.dataload.archive_errors import ArchiveError
from hub.dataload.checks.files import check_files
from hub.dataload.drafts import Draft
from hub.dataload.dumper.base import BaseDumper, with_free_space
from hub.dataload.dumper.checksums import Checksums
from hub.dataload.dumper.errors import LocalPathError, NoSpaceError, SameLocalNameError, disk_error
from hub.dataload.dumper.guarded import plugin_code
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.dumper.making import MakingDumper
from hub.dataload.dumper.manual import ManualDumper
from hub.dataload.dumper.parallel import Downloads, Wanted
from hub.dataload.dumper.verify import sha256_of
from hub.dataload.lifecycle.linking import link_files
from hub.dataload.plugin_calls import InlineJobs, call_hook
from hub.dataload.releases import LATEST, FileRecord, ReleaseRecord, tree_of
from hub.dataload.transport import RemoteFile
from hub.dataload.transport.names import masked

#: States of the last dump after which the next one is made even if nothing is new.
UNFINISHED = frozenset({"failed", "downloading", "canceled"})


@dataclass(frozen=True)
class DumpReport:
    """What became of a dump; picklable.

    Attributes:
        release: release string, with our suffix if the name was taken; with ``check_only`` the one that would come.
        data_folder: folder of the release; of the current one when nothing changed, empty when there is none.
        files: the downloaded files of the release, unchanged ones included; with ``check_only`` those to fetch.
        changed: whether there is something new (with ``check_only``: would be).
        seconds: how long it took.
        fetched: how many files came over the network, and how many bytes they have.
        stopped: whether it ended before its last step, as it was asked to.
    """

    release: str
    data_folder: str
    files: list[FileRecord] = field(default_factory=list)
    changed: bool = False
    seconds: float = 0.0
    fetched: tuple[int, int] = (0, 0)
    stopped: bool = False


class DumpRun:
    """One run of a dumper that is bound to its environment.

    Args:
        dumper: what to run.
        force: fetch everything, even when nothing changed.
        check_only: only find out.
        only_new: also a dumper for which each dump is a new one dumps only a new release.
    """

    def __init__(
        self, dumper: BaseDumper, force: bool = False, check_only: bool = False, *, only_new: bool = False
    ) -> None:
        self.dumper, self.force, self.check_only, self.only_new = dumper, force, check_only, only_new
        self.env, self.source = dumper.env, dumper.folder
        self.started = time.monotonic()
        self.fetched = (0, 0)
        self.placed: Path | None = None

    def run(self) -> DumpReport:
        """Check, and unless told otherwise, download and publish.

        Raises:
            HubError: see `hub.dataload.dumper.errors` and `hub.dataload.transport.errors`.
        """
        try:
            with self.env.step("release"):
                self._check()
            if isinstance(self.dumper, MakingDumper):
                return self._make(self.dumper)
            if not (self.dumper.to_dump or self.dumper.list_changed or self.env.due):
                self.dumper.logger.info("`%s`: nothing new", self.dumper.src_name, extra={"action": "dump_unchanged"})
                return self._unchanged()
            wanted = self._wanted(self.dumper.to_dump)
            if self.check_only:
                if isinstance(self.dumper, LastModifiedDumper):
                    self.dumper.stat_all(w.remote for w in wanted)
                return self._report(str(self.dumper.release or ""), "", [self._planned(w) for w in wanted], True)
            with self.source.locked():
                return self._download(wanted)
        except OSError as error:
            raise disk_error(self.dumper.src_name, self.source.root, error) from error
        finally:
            self.dumper.unprepare()

    def take(self, path: str | None = None, release: str | None = None) -> DumpReport:
        """Take a folder that a person has filled (`ManualDumper`).

        Args:
            path: the folder; see `ManualDumper.take`.
            release: its release; None for the folder's name.

        Raises:
            DumperException: there is no such folder, or it is empty.
        """
        dumper = self.dumper
        assert isinstance(dumper, ManualDumper)
        folder = dumper.take(path, release)
        if self.check_only:
            return self._report(str(dumper.release), str(folder), [], True)
        self.env.ctx.emit("downloading", release=dumper.release)
        with self.env.step("unpack"), plugin_code(dumper, "post_dump"):
            result = call_hook(dumper.post_dump, job_manager=InlineJobs())
            if inspect.iscoroutine(result):
                asyncio.run(result)
        with self.env.step("verify"):
            check_files(dumper.src_name, folder, dumper.CHECKS, self.env.ctx.check)
        return self._report(str(dumper.release), str(folder), [], True)

    # -- check -----------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        dumper, force = self.dumper, self.force or self._was_unfinished()
        dumper.to_dump = []
        with plugin_code(dumper, "create_todump_list"), _noting_unchanged(dumper):
            if inspect.iscoroutinefunction(dumper.create_todump_list):
                asyncio.run(call_hook(dumper.create_todump_list, force=force, job_manager=InlineJobs()))
            else:
                call_hook(dumper.create_todump_list, force=force)
        dumper.disconnect()

    def _was_unfinished(self) -> bool:
        return (self.env.current or {}).get("status") in UNFINISHED

    def _wanted(self, entries: Iterable[dict[str, Any]]) -> list[Wanted]:
        folder, found = Path(self.dumper.new_data_folder), dict[str, Wanted]()
        for entry in entries:
            local = self._in_draft(folder, os.path.normpath(os.path.join(folder, entry["local"])))  # noqa: PTH118 - folds `..`
            if not Path(local).is_relative_to(folder) or Path(local) == folder:
                raise LocalPathError(self.dumper.src_name, str(entry["local"]), str(folder))
            item = Wanted(entry["remote"], local, str(Path(local).relative_to(folder)))
            if item.name in found:
                first = masked(str(found[item.name].remote))
                raise SameLocalNameError(self.dumper.src_name, item.name, first, masked(str(item.remote)))
            found[item.name] = item
        return list(found.values())

    def _in_draft(self, folder: Path, local: str) -> str:
        """A path in the new release; plugins may write it as one in the folder that the release gets, or has now."""
        if Path(local).is_relative_to(folder):
            return local
        final = self.source.root / folder.name
        for home in (final, Path(self.dumper.current_data_folder or folder)):
            if Path(local).is_relative_to(home) and Path(local) != home:
                if home == final and home.is_dir():
                    self.placed = home
                return str(folder / Path(local).relative_to(home))
        return local

    def _take_placed(self, draft: Draft) -> None:
        """What somebody put into the folder of the new release, which the plugin has made for that."""
        if self.placed is None:
            return
        for path in sorted(self.placed.rglob("*")):
            name = str(path.relative_to(self.placed))
            if path.is_file() and not (draft.folder / name).exists():
                shutil.copy2(path, draft.place(name))

    def _is_recorded(self, folder: Path) -> bool:
        return folder.name in {release.folder for release in self._releases}

    def _planned(self, item: Wanted) -> FileRecord:
        remote, url = self.dumper.known_stat(item.remote), masked(self.dumper.url_of(item.remote))
        if remote is None:
            return FileRecord(url, item.name)
        return FileRecord(
            url, item.name, remote.size, "", None, masked(remote.effective_url), remote.etag, remote.mtime
        )

    def _unchanged(self) -> DumpReport:
        current = self.env.current or {}
        files = list(self.env.previous.files) if self.env.previous else []
        return self._report(str(current.get("release") or ""), str(current.get("data_folder") or ""), files, False)

    # -- download --------------------------------------------------------------------------------------------------

    def _download(self, wanted: list[Wanted]) -> DumpReport:
        dumper = self.dumper
        self.env.ctx.emit("downloading", release=str(dumper.release or ""))
        draft = Draft(self.source, dumper.release_folder_name)
        draft.open()
        with self.env.step("download"):
            taken, missing = self._take_unchanged(draft)
            resumed, wanted = self._already_there(draft, [*wanted, *missing])
            self._check_space(wanted)
            fetched = Downloads(dumper, draft, wanted).run()
            fetched = Checksums(dumper, draft, wanted, fetched).verify()
            self.fetched = (len(fetched), sum(f.size or 0 for f in fetched))
            link_files(dumper.src_name, draft.folder, self.env.depends)
            self._take_placed(draft)
        files = sorted([*taken, *resumed, *fetched], key=lambda f: f.name)
        return self._finish(draft, files)

    def _take_unchanged(self, draft: Draft) -> tuple[list[FileRecord], list[Wanted]]:
        """Unchanged files from the current release; those that are not there as recorded have to be fetched."""
        taken, missing = [], []
        previous = self.env.previous
        origin = self.source.root / previous.folder if previous else None
        link, reuse = self._may_link(), self.dumper.REUSE != "never"
        for item in self._wanted(self.dumper.unchanged):
            record = previous.of_name(item.name) if previous else None
            if reuse and record and origin and draft.adopt(record, origin / item.name, link):
                taken.append(record)
            else:
                missing.append(item)
        return taken, missing

    def _may_link(self) -> bool:
        """Whether links are wanted and nobody works on the folder: only then may files be links to another release."""
        dumper = self.dumper
        return dumper.REUSE != "copy" and _keeps_files_as_they_are(type(dumper)) and not self.env.has_steps

    def _already_there(self, draft: Draft, wanted: list[Wanted]) -> tuple[list[FileRecord], list[Wanted]]:
        """Files that an interrupted dump of this release had finished, as far as they still are the server's."""
        there, rest = [], []
        for item in wanted:
            remote = self.dumper.known_stat(item.remote)
            if remote is None and draft.finished(item.name) and isinstance(self.dumper, LastModifiedDumper):
                remote = self.dumper.stat(item.remote)
            record = self._reusable(draft, item, remote) if remote is not None else None
            if record is not None:
                there.append(record)
            else:
                rest.append(item)
        kept = {r.name for r in there} | {w.name for w in self._wanted(self.dumper.unchanged)}
        for name in set(draft.names()) - kept:
            draft.drop(name)
        return there, rest

    def _reusable(self, draft: Draft, item: Wanted, remote: RemoteFile) -> FileRecord | None:
        """The same file from an interrupted run, or, unless forced, out of a complete release that is not on record."""
        finished = draft.finished(item.name)
        if finished is not None and finished.remote().same_bytes(remote):
            if sha256_of(draft.folder / item.name, self.env.ctx.check) == finished.sha256:
                return finished
            draft.drop(item.name)
        if self.force or self.dumper.REUSE == "never":
            return None
        url, link = masked(remote.url), self._may_link()
        for release in self._releases:
            record = release.of_url(url)
            if record is None or record.name != item.name or not record.remote().same_bytes(remote):
                continue
            if draft.adopt(record, self.source.root / release.folder / item.name, link):
                return record
        return None

    @functools.cached_property
    def _releases(self) -> list[ReleaseRecord]:
        """All complete releases, newest first."""
        return self.source.records()[::-1]

    def _check_space(self, wanted: list[Wanted]) -> None:
        sizes = [s.size or 0 for w in wanted if (s := self.dumper.known_stat(w.remote)) is not None]
        free = with_free_space(self.source.root)
        if sum(sizes) > free:
            raise NoSpaceError(self.dumper.src_name, str(self.source.root), sum(sizes), free)

    # -- making ----------------------------------------------------------------------------------------------------

    def _make(self, dumper: MakingDumper) -> DumpReport:
        """Let the dumper make its files, unless they are those of the release on record."""
        release = str(dumper.release or "")
        current = self.env.current or {}
        again = self.force or self.env.due or self._was_unfinished() or (dumper.ALWAYS_NEW and not self.only_new)
        known = current.get("data_folder") and current.get("release") == release
        if known and not again:
            return self._unchanged()
        if self.check_only:
            return self._report(release, "", [], True)
        with self.source.locked():
            self.env.ctx.emit("downloading", release=release)
            draft = Draft(self.source, dumper.release_folder_name)
            draft.discard()
            draft.open()
            with self.env.step("download"):
                with plugin_code(dumper, "make_files"):
                    dumper.make_files(draft.folder)
                made = [self._made(draft, name) for name in tree_of(draft.folder)]
                link_files(dumper.src_name, draft.folder, self.env.depends)
            self.force = again
            return self._finish(draft, made)

    def _made(self, draft: Draft, name: str) -> FileRecord:
        assert isinstance(self.dumper, MakingDumper)
        path = draft.folder / name
        return FileRecord(
            url=self.dumper.origin,
            name=name,
            size=path.stat().st_size,
            sha256=sha256_of(path, self.env.ctx.check),
            fetched_at=datetime.now(UTC),
        )

    # -- publish ---------------------------------------------------------------------------------------------------

    def _finish(self, draft: Draft, files: list[FileRecord]) -> DumpReport:
        dumper = self.dumper
        self._post(draft)
        base = str(dumper.release or "")
        for known in [r for r in reversed(self.source.records()) if r.base == base and r.same_content(files)]:
            current = self.env.previous is not None and known.folder == self.env.previous.folder
            if self._depends() != dict(known.depends):
                continue
            if current and not self.force and not self._was_unfinished():
                return self._same_again(known, files, changed=False)
            if _same_folder(draft.folder, self.source.root / known.folder, known, files):
                return self._same_again(known, files, changed=True)
        name = dumper.release_folder_name
        placed = self.placed is not None and not self._is_recorded(self.placed)
        replaces = placed or (name == LATEST and not dumper.archive)
        suffix = "" if replaces else self.source.free_suffix(name)
        record = ReleaseRecord(
            base + suffix,
            base,
            name + suffix,
            tuple(files),
            tree_of(draft.folder),
            depends=self._depends(),
            ready=not self.env.has_steps,
            run=self.env.run,
        )
        folder = self.source.publish(draft.folder, record)
        self.source.clear_partial()
        dumper.release = record.release
        dumper.publish_as(folder)
        dumper.logger.info(
            "`%s`: release %s, %d files", dumper.src_name, record.release, len(files), extra={"action": "dump_done"}
        )
        return self._report(record.release, str(folder), files, True)

    def _depends(self) -> dict[str, str]:
        """Releases of other sources that the new one is made from."""
        return {name: dependency.release for name, dependency in self.env.depends.items()}

    def _post(self, draft: Draft) -> None:
        dumper = self.dumper
        dumper.to_dump = []
        try:
            with self.env.step("unpack"), plugin_code(dumper, "post_dump"):
                result = call_hook(dumper.post_dump, job_manager=InlineJobs())
                if inspect.iscoroutine(result):
                    asyncio.run(result)
        except ArchiveError as error:
            if type(error) is ArchiveError:  # damaged: it has to be fetched again
                draft.drop(error.archive)
            raise
        with self.env.step("verify"):
            check_files(dumper.src_name, draft.folder, dumper.CHECKS, self.env.ctx.check)

    def _same_again(self, previous: ReleaseRecord, files: list[FileRecord], changed: bool) -> DumpReport:
        """What came is what is there: keep the folder, note what the server tells now."""
        ready = previous.ready if not changed else not self.env.has_steps
        self.source.save(replace(previous, files=tuple(files), ready=ready))
        self.source.clear_partial()
        self.dumper.release = previous.release
        folder = self.source.root / previous.folder
        self.dumper.publish_as(folder)
        return self._report(previous.release, str(folder), files, changed)

    def _report(self, release: str, folder: str, files: list[FileRecord], changed: bool) -> DumpReport:
        return DumpReport(release, folder, files, changed, time.monotonic() - self.started, self.fetched)


class _noting_unchanged:  # noqa: N801 - reads as a sentence in `with`
    """Note in ``dumper.unchanged`` for what `remote_is_better` said no, also when a plugin's own list asks it."""

    def __init__(self, dumper: BaseDumper) -> None:
        self.dumper = dumper

    def __enter__(self) -> None:
        dumper, asked = self.dumper, self.dumper.remote_is_better
        dumper.unchanged = []

        def remote_is_better(remotefile: Any, localfile: Any) -> bool:
            better = bool(asked(remotefile, localfile))
            if not better:
                self.refused.append((remotefile, _name_in(str(localfile), dumper)))
            return better

        self.refused: list[tuple[Any, str]] = []
        dumper.__dict__["remote_is_better"] = remote_is_better

    def __exit__(self, *error: object) -> None:
        dumper = self.dumper
        del dumper.__dict__["remote_is_better"]
        known = {str(e["remote"]) for e in [*dumper.unchanged, *dumper.to_dump]}
        for remote, name in self.refused:
            if str(remote) not in known:
                dumper.unchanged.append({"remote": remote, "local": name})


def _name_in(localfile: str, dumper: BaseDumper) -> str:
    """Path inside the release folder that a local path of the current or the new release means."""
    for folder in (dumper.current_data_folder, dumper.src_root_folder):
        if folder and Path(localfile).is_relative_to(folder):
            inside = Path(localfile).relative_to(folder)
            return str(inside if folder == dumper.current_data_folder else inside.name)
    return Path(localfile).name


def _keeps_files_as_they_are(cls: type[BaseDumper]) -> bool:
    """Whether no code of a plugin works on the folder."""
    return cls.post_dump is BaseDumper.post_dump and cls.post_download is BaseDumper.post_download


def _same_folder(new: Path, old: Path, record: ReleaseRecord, files: list[FileRecord]) -> bool:
    """Whether also what was made of the downloaded files is the same."""
    tree = tree_of(new)
    there = {name: size for name, size in tree_of(old).items() if name not in record.made}
    if tree != dict(record.tree) or tree != there:
        return False
    downloaded = {f.name for f in files}
    return all(filecmp.cmp(new / n, old / n, shallow=False) for n in tree if n not in downloaded)
