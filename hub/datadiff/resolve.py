"""From what people write to the side of a comparison: a build, a collection of a source, an index."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from hub.databuild.locate import BuildServices
from hub.datadiff.errors import DiffArgumentError, SideNotReadyError
from hub.datadiff.sides import Cold, Side
from hub.dataindex.manager import IndexManager
from hub.errors import NotFound
from hub.store.port import StoreSpec
from hub.store.records.builds import MERGE_STEPS, merge_status

_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST = 90  #: characters of a label
TEMPORARY = "hub_diff_tmp_"  #: collections that the documents of an index are put in order in

What = str | Sequence[str]


class Resolver:
    """Finds sides.

    Args:
        services: stores and records.
        indices: search engines.
    """

    def __init__(self, services: BuildServices, indices: IndexManager) -> None:
        self._services, self._indices = services, indices

    def side(self, what: What, *, cold_hot: bool = False) -> Side:
        """The side of a name.

        Args:
            what: name of a build; ``src:COLLECTION`` or ``target:COLLECTION``; ``index:ENVIRONMENT/NAME``; the same
                as lists: ``["src", collection]``, ``["index", environment, name]``, ``[MongoDB URI, database,
                collection]``.
            cold_hot: lay the documents of a build over those of its cold collection.

        Raises:
            hub.errors.HubError: there is nothing of that name, or nothing to compare in it.
        """
        parts = parts_of(what)
        if len(parts) == 1:
            return self.build_side(parts[0], cold_hot=cold_hot)
        if cold_hot:
            raise DiffArgumentError("diff_type", "coldhot", "only builds have a cold collection.")
        if parts[0] in ("src", "target") and len(parts) == 2:
            return self._collection(parts[0], parts[1])
        if parts[0] == "index" and len(parts) == 3:
            return self._index(parts[1], parts[2])
        if len(parts) == 3 and parts[0].startswith(("mongodb://", "mongodb+srv://")):
            store = StoreSpec("mongo", parts[1], parts[0])
            name = f"{parts[1]}.{parts[2]}"
            return Side(name, label("mongo", *parts), "", store, parts[2])
        raise DiffArgumentError(
            "old or new", what, "give the name of a build, `src:COLLECTION`, `target:COLLECTION` or `index:ENV/NAME`."
        )

    def build_side(self, name: str, *, cold_hot: bool = False) -> Side:
        """The side of a build.

        Raises:
            hub.errors.NotFound: there is no such build.
            SideNotReadyError: it has no documents or no version.
        """
        build = self.build(name)
        config: Mapping[str, Any] = build.get("build_config") or {}
        url = build.get("backend_url") or name
        store, collection = (
            (self._services.src_store, str(url[1]))
            if isinstance(url, list | tuple)
            else (self._services.target_store, str(url))
        )
        meta = build.get("_meta") or {}
        cold = self._cold(name, config) if cold_hot else None
        return Side(
            name=name,
            label=label(name),
            version=str(meta.get("build_version") or ""),
            store=store.spec,
            collection=collection,
            cold=cold,
            build=name,
            meta=meta,
            properties=build.get("mapping") or {},
            digest=None if cold else known_digest(build),
        )

    def build(self, name: str) -> dict[str, Any]:
        """The record of a build whose documents can be read.

        Raises:
            hub.errors.NotFound: there is no such build.
            SideNotReadyError: it has no documents.
        """
        build = self._services.state.builds.get(name)
        if build is None:
            raise NotFound("build", name, [str(b["_id"]) for b in self._services.state.builds.all()])
        if build.get("archived"):
            raise SideNotReadyError(name, "it is archived, its documents are gone.")
        if merge_status(build) != "success" or build.get("merge_state"):
            raise SideNotReadyError(name, "its merge has not ended well. Merge it first.")
        return dict(build)

    def previous(self, build: Mapping[str, Any]) -> str:
        """Name of the build of the same configuration that was started before this one.

        Raises:
            SideNotReadyError: there is none.
        """
        conf, started = (build.get("build_config") or {}).get("_id"), build.get("started_at")
        older = [
            b
            for b in self._services.state.builds.all(conf)
            if b["_id"] != build["_id"]
            and not b.get("archived")
            and merge_status(b) == "success"
            and str(b.get("started_at")) < str(started)
        ]
        if not older:
            raise SideNotReadyError(
                str(build["_id"]), "there is no earlier build of its configuration; name the old one."
            )
        return str(max(older, key=lambda b: str(b.get("started_at")))["_id"])

    def build_of(self, name: str) -> str:
        """A build by its name or by that of one of its indices (clients name the index)."""
        if self._services.state.builds.get(name) is not None:
            return name
        for build in self._services.state.builds.all():
            if name in (build.get("index") or {}):
                return str(build["_id"])
        return name

    def _cold(self, name: str, config: Mapping[str, Any]) -> Cold:
        cold = config.get("cold_collection")
        if not cold:
            raise SideNotReadyError(name, "its configuration names no `cold_collection`; use the plain diff type.")
        side = self.build_side(str(cold))
        return Cold(side.store, side.collection)

    def _collection(self, database: str, collection: str) -> Side:
        store = self._services.src_store if database == "src" else self._services.target_store
        if not store.exists(collection):
            raise NotFound("collection", collection, store.names())
        master = self._services.state.masters.get(collection) if database == "src" else None
        release = self._release(collection) if database == "src" else ""
        return Side(
            name=f"{database}:{collection}",
            label=label(database, collection),
            version=release,
            store=store.spec,
            collection=collection,
            properties=(master or {}).get("mapping") or {},
        )

    def _release(self, sub: str) -> str:
        for source in self._services.state.sources.all():
            job = ((source.get("upload") or {}).get("jobs") or {}).get(sub)
            if job:
                return str(job.get("release") or "")
        return ""

    def _index(self, env: str, name: str) -> Side:
        spec, engine = self._indices.catalogue.spec(env), self._indices.engine(env)
        meta = engine.meta(name)
        properties = {key: value for key, value in engine.properties(name).items() if key != "all"}
        return Side(
            name=f"index:{env}/{name}",
            label=label("index", env, name),
            version=str(meta.get("build_version") or ""),
            store=self._services.target_store.spec,
            collection=f"{TEMPORARY}{secrets.token_hex(6)}",
            engine=spec,
            index=name,
            meta=meta,
            properties=properties,
        )


def parts_of(what: What) -> list[str]:
    """The parts of what somebody wrote: a build's name, or a kind and names."""
    if not isinstance(what, str):
        if not isinstance(what, list | tuple) or not what or not all(isinstance(part, str) for part in what):
            raise DiffArgumentError("old or new", what, "give a text, or a list of texts.")
        return list(what)
    kind, mark, rest = what.partition(":")
    if mark and kind in ("src", "target"):
        return [kind, rest]
    if mark and kind == "index":
        env, _, name = rest.partition("/")
        return ["index", env, name]
    return [what]


def merged_at(build: Mapping[str, Any]) -> str:
    """What changes each time documents are merged into a build."""
    steps = [j for j in build.get("jobs") or [] if j.get("step") in MERGE_STEPS]
    return str(steps[-1].get("step_started_at")) if steps else ""


def known_digest(build: Mapping[str, Any]) -> dict[str, Any] | None:
    """The digest of a build's documents, when one was found since they were merged."""
    content = build.get("content")
    return dict(content) if isinstance(content, Mapping) and content.get("of") == merged_at(build) else None


def label(*parts: str) -> str:
    """A part of a folder's name that no two sides share: readable, and marked when something had to be left out."""
    whole = ".".join(parts)
    plain = _PLAIN.sub("_", whole)
    if plain == whole and len(plain) <= _LONGEST and not plain.startswith("."):
        return plain
    mark = hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{plain[: _LONGEST - 13].lstrip('.')}_{mark}"
