"""The function that applies a diff as a job.

Every operation tells the hash of the document before and after it. What is as after it was applied already and is left
alone; what is as before it is changed; anything else means that the target is not what the diff was made against, which
is found out before the first change. So a diff can be applied twice, and a run that was killed goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.datadiff.errors import (
    DamagedFileError,
    PatchError,
    PickleRefusedError,
    TargetChangedError,
    VerificationError,
)
from hub.datadiff.files import FORMAT, check_file, dump_json, read_sized, write_whole
from hub.datadiff.patch import Patch, apply_patch
from hub.datadiff.sides import Side
from hub.datadiff.targets import Target, TargetRefusedError, TargetSpec, open_target
from hub.jobs.port import JobContext
from hub.store import open_store
from hub.store.digest import Digest, content_hash, short
from hub.store.port import Document

STEPS = ("mapping", "content", "meta", "post")
MAX_BATCH_BYTES = 16 * 1024 * 1024  #: of operations held at a time
EXAMPLES = 20


@dataclass(frozen=True)
class SyncRequest:
    """What `apply_diff` needs.

    Attributes:
        folder: of the diff, with its files.
        metadata: its metadata.
        target: what it is applied to.
        steps: some of `STEPS`; ``post`` verifies the result.
        batch_size: operations held at a time.
        new: the newer side, for the documents that a diff which is not self-contained only names.
        check_first: look at the whole diff before the first change. Not needed for a copy that nobody reads.
        progress_folder: where the finished files are noted down; the folder of the diff by default.
        force: change documents that are neither as before nor as after.
    """

    folder: str
    metadata: Mapping[str, Any]
    target: TargetSpec
    steps: Sequence[str] = STEPS
    batch_size: int = 10_000
    new: Side | None = None
    check_first: bool = True
    progress_folder: str = ""
    force: bool = False


@dataclass
class SyncReport:
    """What `apply_diff` did.

    Attributes:
        added, updated, deleted: documents changed now.
        skipped: operations that had been applied before.
        verified: count and digest of the target, when it was looked at.
        seconds: how long it took.
    """

    added: int = 0
    updated: int = 0
    deleted: int = 0
    skipped: int = 0
    verified: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def apply_diff(ctx: JobContext, request: SyncRequest) -> SyncReport:
    """Apply a diff, and verify that the target then holds what it should.

    Raises:
        hub.datadiff.errors.DamagedFileError: a file is not as its description says; nothing was changed.
        hub.datadiff.errors.TargetChangedError: the target is not what the diff was made against; nothing was changed.
        hub.datadiff.errors.VerificationError: the result is not what it should be.
    """
    begin = time.monotonic()
    files = checked_files(Path(request.folder), request.metadata)
    mapping = mapping_operations(Path(request.folder), request.metadata)
    with ExitStack() as stack:
        target = stack.enter_context(closing(open_target(request.target)))
        applying = _Applying(ctx, request, target, stack)
        if "content" in request.steps and request.check_first:
            applying.check(files)
        if "mapping" in request.steps and mapping:
            target.extend(mapping)
        if "content" in request.steps:
            applying.apply(files)
        target.finish()
        if "post" in request.steps:
            applying.verify()
        if "meta" in request.steps:
            target.describe(request.metadata.get("_meta") or {})
            target.finish()
    applying.report.seconds = round(time.monotonic() - begin, 3)
    return applying.report


def checked_files(folder: Path, metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that the metadata of a diff name, each compared with its checksum.

    Raises:
        DamagedFileError: one differs, or the metadata are not those of a diff.
        PickleRefusedError: they are pickles.
    """
    for entry in described_files(metadata):
        check_file(folder / entry["name"], entry)
    return [dict(entry) for entry in metadata["diff"]["files"]]


def described_files(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that the metadata of a diff name, that of the mapping included; none leads out of its folder.

    Raises:
        DamagedFileError: the metadata are not those of a diff.
        PickleRefusedError: the files are pickles.
    """
    diff = metadata.get("diff")
    files = diff.get("files") if isinstance(diff, Mapping) else None
    if not isinstance(diff, Mapping) or not isinstance(files, list):
        raise DamagedFileError("metadata.json", "does not describe a diff")
    described = [*files, *([diff["mapping_file"]] if diff.get("mapping_file") else [])]
    for entry in described:
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not name or Path(name).name != name or "\\" in name or name.startswith("."):
            raise DamagedFileError("metadata.json", f"names a file that can not be one of the diff ({name!r:.100})")
        if name.endswith(".pyobj"):
            raise PickleRefusedError(name)
        if not isinstance(entry.get("operations"), int | None):
            raise DamagedFileError("metadata.json", f"tells a number of operations that is none, of `{name}`")
    info = diff.get("info")
    if not isinstance(info, Mapping | None) or not isinstance((info or {}).get("exclude"), list | None):
        raise DamagedFileError("metadata.json", "does not describe a diff as it should (`info`)")
    if not isinstance(metadata.get("_meta"), Mapping | None):
        raise DamagedFileError("metadata.json", "holds metadata that are no object")
    if diff.get("format") != FORMAT:
        raise DamagedFileError("metadata.json", f"is of a diff whose format is not `{FORMAT}`")
    return [dict(entry) for entry in described]


def mapping_operations(folder: Path, metadata: Mapping[str, Any]) -> Patch:
    """The additions to the mapping that a diff brings.

    Raises:
        DamagedFileError: the file holds something else.
    """
    entry = metadata["diff"].get("mapping_file")
    if not entry:
        return []
    try:
        found = orjson.loads((folder / entry["name"]).read_bytes())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, list) or not all(isinstance(operation, dict) for operation in found):
        raise DamagedFileError(str(entry["name"]), "is no list of operations")
    return found


@dataclass
class _Operation:
    kind: str
    id: str
    value: Any
    before: str | None
    after: str | None


class _Applying:
    def __init__(self, ctx: JobContext, request: SyncRequest, target: Target, stack: ExitStack) -> None:
        self.ctx, self.request, self.target = ctx, request, target
        self.folder = Path(request.folder)
        info = request.metadata["diff"].get("info") or {}
        self.exclude = frozenset(str(key) for key in info.get("exclude") or ())
        self.report = SyncReport()
        self.new = None
        if request.new is not None:
            store = stack.enter_context(closing(open_store(request.new.store)))
            self.new = store.collection(request.new.collection)
        self.total = sum(int(f.get("operations") or 0) for f in request.metadata["diff"]["files"])
        self.done = 0
        self.strange: list[str] = []
        mark = hashlib.blake2b(request.target.key.encode(), digest_size=8).hexdigest()
        self._progress = Path(request.progress_folder or request.folder) / f"sync_{mark}.json"

    # -- files -----------------------------------------------------------------------------------------------------

    def check(self, files: Sequence[Mapping[str, Any]]) -> None:
        """See whether the whole diff fits."""
        finished = self._finished()
        for file in files:
            if file["name"] not in finished:
                for batch in self._batches(file):
                    self._decide(batch)
        if self.strange and not self.request.force:
            raise TargetChangedError(self.request.target.key, len(self.strange), self.strange[:EXAMPLES])

    def apply(self, files: Sequence[Mapping[str, Any]]) -> None:
        """Apply what was not applied yet."""
        finished = self._finished()
        for file in files:
            if file["name"] in finished:
                continue
            for batch in self._batches(file):
                self._change(batch)
                self.done += len(batch)
                self.ctx.progress(self.done, max(self.total, self.done), unit="operations", note="applying")
            self.target.finish()
            finished.append(str(file["name"]))
            state = {"target": self.request.target.key, "of": self._identity(), "finished": finished}
            write_whole(self._progress, dump_json(state))

    def _identity(self) -> list[Any]:
        return [f.get("sha256") or f.get("md5sum") for f in self.request.metadata["diff"]["files"]]

    def _finished(self) -> list[str]:
        try:
            state = orjson.loads(self._progress.read_bytes())
        except (OSError, ValueError):
            return []
        if not isinstance(state, dict) or state.get("of") != self._identity():
            return []
        return [str(name) for name in state.get("finished") or []]

    def _batches(self, file: Mapping[str, Any]) -> Iterator[list[_Operation]]:
        name, batch, size, count = str(file["name"]), list[_Operation](), 0, 0
        limit = max(1, min(self.request.batch_size, 100_000))
        for line, length in read_sized(self.folder / name, self.ctx.check):
            batch.append(_operation(name, line))
            count += 1
            size += length
            if len(batch) >= limit or size >= MAX_BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch
        expected = file.get("operations")
        if expected is not None and expected != count:
            raise DamagedFileError(name, f"holds {count} operations instead of {expected}")

    # -- operations ------------------------------------------------------------------------------------------------

    def _decide(self, batch: Sequence[_Operation]) -> tuple[list[Document], list[str], SyncReport]:
        """Documents to write and ids to delete; what fits neither state is listed in `strange`."""
        self._complete(batch)
        present = self.target.get_many([operation.id for operation in batch])
        puts: list[Document] = []
        deletes: list[str] = []
        told = SyncReport()
        for operation in batch:
            found = present.get(operation.id)
            state = None if found is None else content_hash(found, self.exclude)
            if operation.kind == "delete":
                if found is None:
                    told.skipped += 1
                    continue
                if operation.before not in (None, short(state or 0)):
                    self.strange.append(operation.id)
                deletes.append(operation.id)
                told.deleted += 1
            elif operation.kind == "add":
                if found is not None:
                    if state == content_hash(operation.value, self.exclude):
                        told.skipped += 1
                        continue
                    self.strange.append(operation.id)
                puts.append(operation.value)
                told.added += 1
            else:
                made = self._updated(operation, found, state)
                if made is None:
                    told.skipped += 1
                else:
                    puts.append(made)
                    told.updated += 1
        return puts, deletes, told

    def _updated(self, operation: _Operation, found: Document | None, state: int | None) -> Document | None:
        """The document after an update; None when there is nothing to do."""
        if found is None or state is None:
            self.strange.append(operation.id)
            return None
        now = short(state)
        if now == operation.after and operation.before != operation.after:
            return None
        if operation.before is not None and now != operation.before:
            self.strange.append(operation.id)
            if not self.request.force:
                return None
        made = apply_patch(found, operation.value)
        if made.get("_id") != operation.id:
            raise PatchError("/_id", "no patch may change the id of its document")
        if operation.after not in (None, short(content_hash(made, self.exclude))) and not self.request.force:
            raise PatchError(f"document `{operation.id[:60]}`", "the result is not the one that was published")
        return made

    def _complete(self, batch: Sequence[_Operation]) -> None:
        """Fetch added documents that the diff only names."""
        named = [operation for operation in batch if operation.kind == "add" and isinstance(operation.value, str)]
        if not named:
            return
        if self.new is None:
            raise DamagedFileError("the diff", "is not self-contained, and the newer collection is not at hand")
        documents = self.new.get_many([operation.id for operation in named])
        for operation in named:
            if operation.id not in documents:
                raise DamagedFileError("the diff", f"adds `{operation.id[:60]}`, which the newer collection lacks")
            document = documents[operation.id]
            operation.value = {k: v for k, v in document.items() if k not in self.exclude}

    def _change(self, batch: Sequence[_Operation]) -> None:
        self.strange = []
        puts, deletes, told = self._decide(batch)
        if self.strange and not self.request.force:
            raise TargetChangedError(self.request.target.key, len(self.strange), self.strange[:EXAMPLES])
        try:
            if puts:
                self.target.put(puts)
        except TargetRefusedError as error:
            raise DamagedFileError("the diff", f"holds a document that the target refuses, {error}") from None
        if deletes:
            self.target.delete(deletes)
        for key in ("added", "updated", "deleted", "skipped"):
            setattr(self.report, key, getattr(self.report, key) + getattr(told, key))

    # -- the end ---------------------------------------------------------------------------------------------------

    def verify(self) -> None:
        """Compare the target with what it should hold now."""
        expected = Digest.read(self.request.metadata.get("new"))
        self.ctx.progress(0, expected.count if expected else None, unit="documents", note="verifying")
        found = digest_of(self.ctx, self.target, self.exclude, expected.count if expected else None)
        if expected is not None and found != expected:
            raise VerificationError(self.request.target.key, (expected.count, expected.text), (found.count, found.text))
        self.report.verified = {**found.as_dict(), "compared": expected is not None}


def digest_of(ctx: JobContext, target: Target, exclude: frozenset[str], total: int | None) -> Digest:
    """The digest of everything a target holds."""
    digest = Digest()
    for document in target.documents():
        digest.add(content_hash(document, exclude))
        if digest.count % 2000 == 0:
            ctx.check()
            ctx.progress(digest.count, total, unit="documents", note="verifying")
    return digest


def _operation(file: str, line: Mapping[str, Any]) -> _Operation:
    """What a line says.

    Raises:
        DamagedFileError: it is no operation.
    """
    if "add" in line and set(line) == {"add"}:
        value = line["add"]
        id_ = value.get("_id") if isinstance(value, dict) else value
        if isinstance(id_, str) and id_:
            return _Operation("add", id_, value, None, None)
    elif "delete" in line and set(line) <= {"delete", "before"}:
        if isinstance(line["delete"], str) and line["delete"]:
            return _Operation("delete", line["delete"], None, _hash_text(line.get("before")), None)
    elif "update" in line and set(line) == {"update"}:
        value = line["update"]
        if isinstance(value, dict) and isinstance(value.get("_id"), str) and isinstance(value.get("patch"), list):
            before, after = _hash_text(value.get("before")), _hash_text(value.get("after"))
            return _Operation("update", value["_id"], value["patch"], before, after)
    raise DamagedFileError(file, f"holds a line that is no operation ({str(line)[:80]})")


def _hash_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
