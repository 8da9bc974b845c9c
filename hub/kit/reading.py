"""One pass over the documents of a parser, in a process of its own: the facts that `hub plugin test` judges.

The process gets its task as a pickle on standard input and answers with one JSON object. Two passes run with different
hash seeds, so that a parser which depends on the order of a set is found.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

EXAMPLES = 3  #: of each fault
MOST_IDS = 2_000_000  #: ids that are remembered to find repeated ones


@dataclass(frozen=True)
class Task:
    """What one pass reads.

    Attributes:
        plugin: `hub.dataload.plugin.PluginRef`.
        settings: snapshot of the settings.
        store: recipe of the source store.
        sub: sub-source.
        data_folder: folder of the release.
        release: the release.
        limit: at most this many documents; None for all.
        hashes: file for one line a document: ``_id`` and hash.
    """

    plugin: Any
    settings: dict[str, Any]
    store: Any
    sub: str
    data_folder: str
    release: str
    limit: int | None
    hashes: str


def read_in_process(task: Task, *, seed: int, seconds: float) -> dict[str, Any]:
    """Run one pass; returns its facts, or ``{"error": why}``.

    Args:
        task: what to read.
        seed: seed of Python's text hashes.
        seconds: after so long the process is killed.
    """
    command = [sys.executable, "-m", "hub.kit.reading"]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    try:
        done = subprocess.run(
            command, input=pickle.dumps(task), stdout=subprocess.PIPE, env=environment, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return {"error": f"the parser did not end within {seconds:g} seconds."}
    if done.returncode:
        return {"error": f"the process of the parser ended with status {done.returncode}."}
    facts: dict[str, Any] = orjson.loads(done.stdout)
    return facts


def read(task: Task) -> dict[str, Any]:
    """The facts, in this process."""
    from hub.config.settings import Settings
    from hub.dataload.loader import load_ref
    from hub.dataload.plugin import code_position
    from hub.dataload.uploader.raw import raw_documents
    from hub.errors import HubError
    from hub.store import open_store

    settings = Settings.from_snapshot(task.settings)
    plugin = load_ref(task.plugin, settings, dumper=False)
    store = open_store(task.store)
    before, files = _listing(task.data_folder), _open_files(task.data_folder)
    facts = _Facts(store.codec, int(settings.get("MAX_ID_LENGTH") or 512), task.hashes)
    error = ""
    with _unclosed() as unclosed:
        try:
            documents = raw_documents(plugin, task.sub, task.data_folder, task.release, store)
            facts.take(islice(documents, task.limit))
            del documents
        except HubError as reason:
            error = str(reason)
        except (Exception, SystemExit) as reason:
            file, line = code_position(reason, plugin.folder)
            error = f"{type(reason).__name__}: {reason}" + (f" ({file}, line {line})" if file else "")
        gc.collect()
    facts.close()
    return facts.told() | {
        "error": error,
        "open": sorted(_open_files(task.data_folder) - files),
        "unclosed": sorted(unclosed),
        "changed": sorted(set(before.items()) ^ set(_listing(task.data_folder).items())),
    }


class _Facts:
    """Counts and examples over all documents."""

    def __init__(self, codec: Any, longest_id: int, hashes: str) -> None:
        from hub.datainspect.mapping import MappingInference

        self._codec, self._longest = codec, longest_id
        self._seen: set[int] = set()
        self._hashes = Path(hashes).open("wb") if hashes else None  # noqa: SIM115 - closed by `close`
        self._mapping = MappingInference()
        self.count = self.empty = self.repeated = 0
        self.bad_ids: list[str] = []
        self.repeats: list[str] = []
        self.unstorable: list[str] = []
        self.total = 0

    def take(self, documents: Iterable[Any]) -> None:
        for document in documents:
            if not document:
                self.empty += 1
                continue
            self.count += 1
            self._one(document)

    def _one(self, document: Any) -> None:
        from hub.store.codec import check_id
        from hub.store.errors import StoreError

        try:
            id_ = check_id(document.get("_id"), self._longest)
        except (StoreError, AttributeError) as error:
            kind = type(document.get("_id")).__name__ if hasattr(document, "get") else type(document).__name__
            _example(self.bad_ids, f"document {self.count:,} ({kind}): {getattr(error, 'reason', error)}")
            return
        if not isinstance(document["_id"], str):
            _example(self.bad_ids, f"document {self.count:,}: `_id` is {document['_id']!r}, not text")
        try:
            clean = self._codec.decode(self._codec.encode(document))
        except (StoreError, TypeError, RecursionError) as error:
            _example(self.unstorable, f"`{id_}`: {error}")
            return
        self._mapping.add(clean)
        body = orjson.dumps(clean, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        digest = hashlib.blake2b(body, digest_size=16).digest()
        self.total = (self.total + int.from_bytes(digest)) % 2**128
        if self._hashes:
            self._hashes.write(orjson.dumps([id_, digest.hex()]) + b"\n")
        key = int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=7).digest())
        if key in self._seen:
            self.repeated += 1
            _example(self.repeats, id_)
        elif len(self._seen) < MOST_IDS:
            self._seen.add(key)

    def close(self) -> None:
        if self._hashes:
            self._hashes.close()

    def told(self) -> dict[str, Any]:
        inferred = self._mapping.result()
        return {
            "count": self.count,
            "empty": self.empty,
            "repeated": self.repeated,
            "repeats": self.repeats,
            "bad_ids": self.bad_ids,
            "unstorable": self.unstorable,
            "total": f"{self.total:032x}",
            "properties": inferred.properties,
            "conflicts": [str(c) for c in inferred.conflicts[:EXAMPLES]],
        }


def _example(examples: list[str], text: str) -> None:
    if len(examples) < EXAMPLES:
        examples.append(text)


def _listing(folder: str) -> dict[str, int]:
    return {str(p.relative_to(folder)): p.stat().st_size for p in Path(folder).rglob("*") if p.is_file()}


def _open_files(folder: str) -> set[str]:
    """Files of a folder that this process has open, where the system tells."""
    found = set()
    with contextlib.suppress(OSError):
        for link in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(link.readlink())
                if target.startswith(os.path.realpath(folder) + os.sep):
                    found.add(target)
    return found


@contextlib.contextmanager
def _unclosed() -> Iterator[set[str]]:
    """Collects what Python says of files that were left to be closed by chance."""
    found: set[str] = set()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", ResourceWarning)
        yield found
        found.update(str(w.message) for w in caught if issubclass(w.category, ResourceWarning))


if __name__ == "__main__":
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.ERROR)
    answer.write(orjson.dumps(read(pickle.load(sys.stdin.buffer)), default=str))
    answer.flush()
