"""The diff manager: makes diffs, keeps their folders and answers what is in them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub.databuild.manager import BuildManager
from hub.datadiff import report
from hub.datadiff.errors import DiffArgumentError, DiffExistsError, DiffNotFoundError, SideNotReadyError
from hub.datadiff.export import export_pickles
from hub.datadiff.files import FORMAT, checksums, dump_json, write_whole
from hub.datadiff.mappings import mapping_patch
from hub.datadiff.records import keep, step
from hub.datadiff.resolve import TEMPORARY, Resolver, What, label, merged_at, parts_of
from hub.datadiff.sides import Side
from hub.datadiff.summary import owners_of
from hub.datadiff.work import PROGRESS, DiffRequest, DiffResult, make_diff
from hub.dataindex.manager import IndexManager
from hub.jobs.logfiles import of_build
from hub.jobs.port import JobSpec

log = logging.getLogger("hub.diffs")

TYPES = ("jsondiff-selfcontained", "jsondiff", "coldhot-jsondiff-selfcontained", "coldhot-jsondiff")
STEPS = ("mapping", "content", "reduce", "post")
MODES = (None, "purge", "resume", "force")
EXCLUDE = ("_timestamp",)
METADATA, SUMMARY, MAPPING = "metadata.json", "summary.json", "mapping.json"


class DiffManager:
    """Diffs of builds, collections and indices.

    Args:
        builds: builds, with their stores and records.
        indices: search engines.
    """

    def __init__(self, builds: BuildManager, indices: IndexManager) -> None:
        self.builds, self.services = builds, builds.services
        self.settings = builds.services.settings
        self.sides = Resolver(builds.services, indices)
        self.folder = Path(self.settings["DIFF_PATH"])

    def diff_info(self) -> dict[str, Any]:
        """Diff types with what each of them does."""
        whole = "added documents are in the diff, so that it can be applied by itself"
        return {
            name: {"self_contained": name.endswith("selfcontained"), "cold_hot": name.startswith("coldhot")}
            | ({"note": whole} if name.endswith("selfcontained") else {})
            for name in TYPES
        }

    def recover(self) -> None:
        """After a crash: drop what comparisons with indices left behind. Diffs are continued when asked for again."""
        for name in self.services.target_store.names(TEMPORARY):
            self.services.target_store.drop(name)

    # -- making ----------------------------------------------------------------------------------------------------

    async def diff(
        self,
        diff_type: str,
        old: What | None,
        new: What,
        *,
        steps: Sequence[str] = STEPS,
        mode: str | None = None,
        exclude: Sequence[str] = EXCLUDE,
        owner: str = "",
    ) -> dict[str, Any]:
        """Compare two builds, collections or indices and write the files of their difference.

        A diff that was interrupted is continued.

        Args:
            diff_type: one of `TYPES`.
            old: the older one, see `hub.datadiff.resolve.Resolver.side`; None for the build before ``new``.
            new: the newer one.
            steps: some of `STEPS`; without ``mapping`` mappings are not compared, and no index can follow.
            mode: ``purge`` makes a finished diff anew; ``resume`` and ``force`` go on in its folder.
            exclude: root keys that do not count.
            owner: who asked.

        Returns:
            The metadata of the diff.

        Raises:
            hub.errors.HubError: it can not be made as asked (nothing was changed), or it failed.
        """
        before, after = self._checked(diff_type, old, new, steps, mode, exclude)
        folder = self.folder_of(before, after)
        if mode is None and (folder / METADATA).exists():
            raise DiffExistsError(folder)
        with ExitStack() as stack:
            stack.enter_context(self.builds.held([s.build for s in (before, after) if s.build], "a diff reads it"))
            await asyncio.to_thread(self._prepare, folder, mode)
            mapping: dict[str, Any] | None = None
            if "mapping" in steps:
                with step(self.services.state.builds, after.build, "diff-mapping", "diffing"):
                    mapping = await asyncio.to_thread(self._mapping, folder, before, after)
            elif (folder / MAPPING).exists():
                (folder / MAPPING).unlink()
            request = self._request(diff_type, before, after, folder, exclude)
            with step(self.services.state.builds, after.build, "diff-content", "diffing") as told:
                result = await self._run(request, owner)
                told["result"] = result.stats
            with step(self.services.state.builds, after.build, "diff-post", "diffing"):
                metadata = self._metadata(request, diff_type, steps, mode, mapping, result)
                await asyncio.to_thread(self._finish, folder, metadata, result)
                self._remember(before, after, folder, metadata, result)
        log.info("diff %s: %s", folder.name, metadata["diff"]["stats"], extra={"action": "diff_done"})
        self.services.bus.publish("diff.done", old=before.name, new=after.name, stats=metadata["diff"]["stats"])
        return metadata

    def _checked(
        self,
        diff_type: str,
        old: What | None,
        new: What,
        steps: Sequence[str],
        mode: str | None,
        exclude: Sequence[str],
    ) -> tuple[Side, Side]:
        if diff_type not in TYPES:
            raise DiffArgumentError("diff_type", diff_type, f"there are {', '.join(TYPES)}.")
        if unknown := [s for s in steps if s not in STEPS]:
            raise DiffArgumentError("steps", unknown, f"there are {', '.join(STEPS)}.")
        if "content" not in steps:
            raise DiffArgumentError("steps", list(steps), "`content` is needed.")
        if mode not in MODES:
            raise DiffArgumentError("mode", mode, "there are `purge`, `resume` and `force`.")
        if "_id" in exclude:
            raise DiffArgumentError("exclude", "_id", "documents are compared by it.")
        cold_hot = diff_type.startswith("coldhot")
        after = self.sides.side(new, cold_hot=cold_hot)
        if old is None:
            if not after.build:
                raise DiffArgumentError("old", None, "only builds have a previous one.")
            old = self.sides.previous(self.sides.build(after.build))
        before = self.sides.side(old, cold_hot=cold_hot)
        if before.build and not before.version:
            raise SideNotReadyError(before.name, "it has no `_meta.build_version`.")
        if (before.store, before.collection, before.index) == (after.store, after.collection, after.index):
            raise DiffArgumentError("old", before.name, f"it is the same collection as `{after.name}`.")
        return before, after

    def folder_of(self, old: Side, new: Side) -> Path:
        """Where the diff of two sides is."""
        return self.folder / f"{old.label}-{new.label}"

    def _prepare(self, folder: Path, mode: str | None) -> None:
        if mode == "purge":
            shutil.rmtree(folder, ignore_errors=True)
        else:
            (folder / METADATA).unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)

    def _mapping(self, folder: Path, old: Side, new: Side) -> dict[str, Any] | None:
        operations = mapping_patch(new.name, old.properties, new.properties)
        if not operations:
            (folder / MAPPING).unlink(missing_ok=True)
            return None
        write_whole(folder / MAPPING, dump_json(operations))
        return checksums(folder / MAPPING)

    def _request(self, diff_type: str, old: Side, new: Side, folder: Path, exclude: Sequence[str]) -> DiffRequest:
        plain = set(exclude) == set(EXCLUDE)
        ordered = not self.settings["DIFF_UNORDERED_LISTS"]
        marks = [diff_type, old.name, new.name, *self._state(old), *self._state(new), *sorted(exclude), ordered]
        return DiffRequest(
            old=old if plain else _without_digest(old),
            new=new if plain else _without_digest(new),
            folder=str(folder),
            self_contained=diff_type.endswith("selfcontained"),
            exclude=tuple(sorted(set(exclude))),
            ordered=ordered,
            max_bytes=int(self.settings["MAX_DIFF_SIZE"]),
            owners=owners_of(self._source_mappings(old) | self._source_mappings(new)),
            max_ids=int(self.settings["MAX_REPORTED_IDS"]),
            max_picked=int(self.settings["MAX_RANDOMLY_PICKED"]),
            timestamp=f"{datetime.now(UTC):%Y%m%d}",
            identity=hashlib.sha256(repr(marks).encode()).hexdigest(),
        )

    def _state(self, side: Side) -> tuple[Any, ...]:
        """What changes when a side is written anew under its old name."""
        build = self.services.state.builds.get(side.build) if side.build else None
        return (side.collection if not side.index else side.index, side.version, merged_at(build or {}))

    def _source_mappings(self, side: Side) -> dict[str, dict[str, Any]]:
        build = self.services.state.builds.get(side.build) if side.build else None
        names = list((build or {}).get("sources") or [])
        if not names and side.name.startswith("src:"):
            names = [side.collection]
        masters = {name: self.services.state.masters.get(name) for name in names}
        return {name: dict((master or {}).get("mapping") or {}) for name, master in masters.items()}

    async def _run(self, request: DiffRequest, owner: str) -> DiffResult:
        handle = self.services.jobs.submit(
            JobSpec(
                kind="diff",
                subject=f"{request.old.name} {request.new.name}",
                description=f"compare {request.old.name} with {request.new.name}",
                fn=make_diff,
                args=(request,),
                exclusive=frozenset({f"diff:{request.folder}"}),
                shared=frozenset(f"documents:{s.build}" for s in (request.old, request.new) if s.build),
                owner=owner,
                log=of_build(request.new.build, "diff", f"diff_{request.old.name}_{request.new.name}"),
            )
        )
        result: DiffResult = await handle.result()
        return result

    def _metadata(
        self,
        request: DiffRequest,
        diff_type: str,
        steps: Sequence[str],
        mode: str | None,
        mapping: dict[str, Any] | None,
        result: DiffResult,
    ) -> dict[str, Any]:
        old, new = request.old, request.new
        stats = {"update": 0, "add": 0, "delete": 0} | result.stats | {"mapping_changed": mapping is not None}
        info = {
            "generated_on": datetime.now(UTC).isoformat(),
            "exclude": list(request.exclude),
            "steps": list(steps),
            "mode": mode,
            "batch_size": None,
            "ordered_lists": request.ordered,
        }
        build = self.services.state.builds.get(new.build) if new.build else None
        return {
            "diff": {
                "type": diff_type,
                "func": "merge_join",
                "format": FORMAT,
                "version": f"{old.version}.{new.version}",
                "timestamp": request.timestamp,
                "stats": stats,
                "files": result.files,
                "mapping_file": mapping,
                "info": info,
            },
            "old": {"backend": old.name, "version": old.version, **result.old},
            "new": {"backend": new.name, "version": new.version, **result.new},
            "_meta": dict(new.meta),
            "build_config": dict((build or {}).get("build_config") or {}),
        }

    def _finish(self, folder: Path, metadata: dict[str, Any], result: DiffResult) -> None:
        write_whole(folder / SUMMARY, dump_json(result.summary))
        wanted = {f["name"] for f in result.files}
        for stray in folder.glob("diff_*"):
            if stray.name not in wanted:
                stray.unlink()
        for stray in [*folder.glob("report*"), *folder.glob("sync_*")]:
            stray.unlink()
        write_whole(folder / METADATA, dump_json(metadata))
        (folder / PROGRESS).unlink(missing_ok=True)

    def _remember(self, old: Side, new: Side, folder: Path, metadata: dict[str, Any], result: DiffResult) -> None:
        builds = self.services.state.builds
        entry = {key: metadata[key] for key in ("diff", "old", "new")}
        entry |= {"diff_folder": str(folder), "created_at": datetime.now(UTC)}
        keep(builds, new.build, "diff", old.name, entry)
        if not new.build:
            return
        self.services.state.store.update(builds.collection, new.build, add_to_set={"pending": "release_note"})
        if metadata["diff"]["info"]["exclude"] == list(EXCLUDE) and not old.cold and not new.cold:
            for side, digest in ((old, result.old), (new, result.new)):
                build = builds.get(side.build) if side.build else None
                if build is not None:
                    builds.update(side.build, {"content": {**digest, "of": merged_at(build)}})

    # -- looking ---------------------------------------------------------------------------------------------------

    def find(self, old: What, new: What) -> tuple[Path, dict[str, Any]]:
        """Folder and metadata of a finished diff, by its sides or by the name of its folder.

        Raises:
            DiffNotFoundError: there is none.
        """
        folder = self.folder / f"{self._label(old)}-{self._label(new)}"
        metadata = read_metadata(folder)
        if metadata is None:
            raise DiffNotFoundError(str(old), str(new))
        return folder, metadata

    def _label(self, what: What) -> str:
        parts = parts_of(what)
        if len(parts) == 3 and parts[0].startswith("mongodb"):
            parts = ["mongo", *parts]
        return label(*parts)

    def summary(self, old: What, new: What) -> dict[str, Any]:
        """A diff as data: counts and samples by source and by field."""
        folder, metadata = self.find(old, new)
        return self._facts(folder, metadata, detailed=True)

    def _facts(
        self,
        folder: Path,
        metadata: dict[str, Any],
        *,
        detailed: bool,
        max_ids: int | None = None,
        max_picked: int | None = None,
    ) -> dict[str, Any]:
        return report.facts(
            metadata,
            read_summary(folder),
            detailed=detailed,
            max_ids=int(self.settings["MAX_REPORTED_IDS"]) if max_ids is None else max(0, max_ids),
            max_picked=int(self.settings["MAX_RANDOMLY_PICKED"]) if max_picked is None else max(0, max_picked),
        )

    def diff_report(
        self,
        old: What,
        new: What,
        *,
        report_filename: str | None = None,
        format: str = "txt",  # noqa: A002 (the documented name)
        detailed: bool = True,
        max_reported_ids: int | None = None,
        max_randomly_picked: int | None = None,
        mode: str | None = None,
    ) -> str:
        """A report on a diff; it is kept in the folder of the diff, and made anew with the mode ``purge``.

        Args:
            old, new: the sides.
            report_filename: a plain file name; ``report.txt`` and the like by default.
            format: ``txt``, ``json`` or ``html``.
            detailed: with the root keys of added and deleted documents.
            max_reported_ids: ids of added and of deleted documents.
            max_randomly_picked: ids for each field.
            mode: ``purge`` or None.
        """
        if format not in report.FORMATS:
            raise DiffArgumentError("format", format, f"there are {', '.join(report.FORMATS)}.")
        name = report_filename or f"report.{format}"
        if Path(name).name != name or not name.startswith("report"):
            raise DiffArgumentError("report_filename", name, "use a plain file name that begins with `report`.")
        folder, metadata = self.find(old, new)
        default = detailed and max_reported_ids is None and max_randomly_picked is None
        path = folder / name
        if mode != "purge" and default and path.exists():
            return path.read_text("utf-8")
        found = self._facts(
            folder, metadata, detailed=detailed, max_ids=max_reported_ids, max_picked=max_randomly_picked
        )
        text = report.WRITERS[format](found)
        write_whole(path, text.encode("utf-8", "replace"))
        return text

    async def export(self, old: What, new: What) -> dict[str, Any]:
        """Write the diff in the documented form for existing consumers, into ``pyobj`` of its folder."""
        folder, metadata = self.find(old, new)
        into = folder / "pyobj"

        def write() -> dict[str, Any]:
            shutil.rmtree(into, ignore_errors=True)
            into.mkdir()
            return export_pickles(folder, into, metadata)

        made = await asyncio.to_thread(write)
        return {"folder": str(into), "files": made["diff"]["files"], "mapping_file": made["diff"]["mapping_file"]}


def read_metadata(folder: Path) -> dict[str, Any] | None:
    """The metadata of a finished diff, or None."""
    try:
        found = orjson.loads((folder / METADATA).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def read_summary(folder: Path) -> dict[str, Any]:
    """What `hub.datadiff.summary.Summary.as_dict` gave when the finished diff in a folder was made."""
    found: dict[str, Any] = orjson.loads((folder / SUMMARY).read_bytes())
    return found


def _without_digest(side: Side) -> Side:
    return Side(**{**{f: getattr(side, f) for f in side.__dataclass_fields__}, "digest": None})


__all__ = ["METADATA", "STEPS", "TYPES", "DiffManager", "read_metadata", "read_summary"]
