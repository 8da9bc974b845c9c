"""What builds and configurations look like from outside."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hub.databuild.builder import STANDARD
from hub.databuild.config import BuildConfig
from hub.databuild.locate import BuildServices, last_status

if TYPE_CHECKING:
    from hub.databuild.builder import BuilderRegistry
    from hub.databuild.configs import ConfigBook
    from hub.databuild.mappers import Mapper

_INTERNAL = (
    "merge_state",
    "fingerprints",
    "merged_count",
    "recipe",
    "revision",
    "content",
    "stages",
    "parts",
    "fields",
    "wanted",
)


def full_view(services: BuildServices, document: Mapping[str, Any]) -> dict[str, Any]:
    """One build with ``status`` (that of its last job) and ``count`` (documents there are now)."""
    view = {key: value for key, value in document.items() if key not in _INTERNAL}
    view.setdefault("jobs", [])
    view.setdefault("release_note", {})
    if "gate" in view:
        view["gate"] = {key: value for key, value in view["gate"].items() if key != "fields"}
    view["status"] = last_status(document)
    view["count"] = count_of(services, document)
    view["build_config"] = config_view(view.get("build_config") or {})
    return view


def config_view(config: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration with the builder class that counts, also where none was chosen: clients look at its name."""
    return {**config, "builder_class": config.get("builder_class") or STANDARD}


def short_view(services: BuildServices, document: Mapping[str, Any]) -> dict[str, Any]:
    """The same for lists: without mapping and sources."""
    view = full_view(services, document)
    for key in ("mapping", "sources", "merge_notes"):
        view.pop(key, None)
    config = dict(view.get("build_config") or {})
    config.pop("sources", None)
    config.pop("root", None)
    view["build_config"] = config
    return view


def count_of(services: BuildServices, document: Mapping[str, Any]) -> int:
    """Number of documents in the merged collection; 0 for an archived build.

    Counting reads a whole collection of the embedded store; a finished build does not change, so its number is kept.
    """
    if document.get("archived"):
        return 0
    known = document.get("merged_count")
    return int(known) if isinstance(known, int) else services.documents(document).count()


def revision(services: BuildServices) -> Hashable | None:
    """A value that is another one as soon as a short view of any build is; None when that cannot be told.

    It holds the numbers of documents of those builds that are not finished, since these change without their records.
    """
    builds = services.state.builds
    number = builds.revision()
    return None if number is None else (number, *(count_of(services, record) for record in builds.uncounted()))


def config_info(
    services: BuildServices, book: ConfigBook, registry: BuilderRegistry, mappers: Mapping[str, Mapper]
) -> dict[str, Any]:
    """Configurations with what is wrong with them, and the builder classes."""
    source = {"type": services.src_store.spec.engine, "source_db": services.src_store.spec.database}
    target = {"type": services.target_store.spec.engine, "target_db": services.target_store.spec.database}
    shown = {"null": "TransparentMapper", **{name: type(mapper).__name__ for name, mapper in mappers.items()}}
    configs = {}
    for document in book.documents():
        entry: dict[str, Any] = {
            "build_config": config_view(document),
            "archived": bool(document.get("archived")),
            "source_backend": source,
            "target_backend": target,
            "mapper": dict(shown),
        }
        fault = book.fault(document)
        if fault:
            entry["error"] = fault
        configs[str(document["_id"])] = entry
    return {"build_configs": configs, "builder_classes": registry.describe()}


def news(
    services: BuildServices,
    config: BuildConfig,
    old: Mapping[str, Any] | None = None,
    *,
    sources: Iterable[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What a build of a configuration would have that its latest build has not.

    Args:
        services: what builds work with.
        config: the configuration.
        old: compare with this build of it instead.
        sources: the records of all sources, where they are at hand.

    Returns:
        ``{"old_build": {name, built_at}, "sources": {main: {"old": {version}, "new": {version, downloaded_at}}}}``;
        a source counts when the release of its last good upload differs, when it was uploaded anew since, or when it is
        not in the latest build.
    """
    build = old or services.state.builds.latest(config.name, whole=False)
    meta = (build or {}).get("_meta") or {}
    known = {entry[0]: entry for entry in (build or {}).get("fingerprints") or []}
    found: dict[str, Any] = {}
    for document in services.state.sources.all() if sources is None else sources:
        jobs = (document.get("upload") or {}).get("jobs") or {}
        subs = [sub for sub in config.sources if sub in jobs]
        if not subs or not _settled(document, jobs):
            continue
        main = str(document["_id"])
        release = jobs[subs[0]].get("release")
        old = (meta.get("src") or {}).get(main) or {}
        if build is None or old.get("version") != release or any(_anew(known.get(s), jobs[s]) for s in subs):
            download = document.get("download") or {}
            found[main] = {
                "old": {"version": old.get("version")},
                "new": {
                    "version": release,
                    "downloaded_at": download.get("last_success") or download.get("started_at"),
                },
            }
    old_build = {"name": build["_id"], "built_at": meta.get("build_date")} if build else {}
    return {"old_build": old_build, "sources": found}


def age(document: Mapping[str, Any]) -> float:
    """Sorts builds by the time they were started."""
    return as_time(document["started_at"]).timestamp() if document.get("started_at") else 0.0


def as_time(value: Any) -> datetime:
    """A stored time."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _settled(document: Mapping[str, Any], jobs: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the last dump, if there was any, and all uploads of a source succeeded."""
    download = document.get("download") or {}
    if download and download.get("status") != "success":
        return False
    return all(job.get("status") == "success" for job in jobs.values())


def _anew(known: list[Any] | None, job: Mapping[str, Any]) -> bool:
    if known is None:
        return True
    uploaded = job.get("last_success")
    return bool(uploaded) and known[2] != as_time(uploaded).isoformat()
