"""The dump of one source as a job: what goes to the worker process, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.dataload.dumper.run import DumpReport, DumpRun
from hub.dataload.plugin import PluginRef
from hub.dataload.releases import FileRecord
from hub.jobs.port import JobContext

if TYPE_CHECKING:
    from hub.config.settings import Settings
    from hub.dataload.dumper.environment import DumpEnvironment

__all__ = ["DumpReport", "DumpRequest", "FileRecord", "dump_source"]


@dataclass(frozen=True)
class DumpRequest:
    """What to dump; picklable.

    Attributes:
        plugin: whose source.
        settings: snapshot of the configuration.
        current: ``release``, ``data_folder`` and ``status`` of the last dump, or None.
        force: download everything, even when nothing changed.
        check_only: only find out the new release and its files; nothing is written.
        only_new: leave a release that is on record alone, also where each dump would count as a new one.
        arguments: for a dumper that is told what to take: ``path`` and ``release``.
        discard: forget what an interrupted dump had fetched.
    """

    plugin: PluginRef
    settings: Mapping[str, Any] = field(default_factory=dict)
    current: Mapping[str, Any] | None = None
    force: bool = False
    check_only: bool = False
    only_new: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)
    discard: bool = False


def dump_source(
    ctx: JobContext, request: DumpRequest, adjust: Callable[[DumpEnvironment], None] | None = None
) -> DumpReport:
    """Dump one source. Runs in a worker process.

    Args:
        ctx: the job.
        request: what to dump.
        adjust: changes what the dumper is given.

    Events: ``downloading`` (``release``) when a download begins, ``file_downloaded`` (``url``, ``name``, ``size``).

    Raises:
        PluginError: the plugin does not load.
        DumperException, TransportError, ArchiveError: why there is no new release; the current one is untouched.
    """
    from hub.config.settings import Settings
    from hub.dataload.dumper.errors import DumperClassError
    from hub.dataload.dumper.guarded import plugin_code
    from hub.dataload.dumper.manual import ManualDumper
    from hub.dataload.loader import load_ref

    settings = Settings.from_snapshot(dict(request.settings))
    plugin = load_ref(request.plugin, settings)
    if plugin.dumper_class is None:
        raise DumperClassError(plugin.name, "", "the plugin has no dumper")
    dumper = plugin.dumper_class()
    environment = _environment(settings, ctx, request)
    if adjust is not None:
        adjust(environment)
    dumper.bind(environment)
    with plugin_code(dumper, "SRC_ROOT_FOLDER"):
        environment.previous = dumper.folder.record_of((request.current or {}).get("data_folder"))
    if request.discard:
        with dumper.folder.locked():
            dumper.folder.clear_partial()
    run = DumpRun(dumper, request.force, request.check_only, only_new=request.only_new)
    return run.take(**request.arguments) if isinstance(dumper, ManualDumper) else run.run()


def _environment(settings: Settings, ctx: JobContext, request: DumpRequest) -> DumpEnvironment:
    from hub.dataload.archives import Limits
    from hub.dataload.dumper.environment import DumpEnvironment
    from hub.dataload.transport.guard import options_from

    return DumpEnvironment(
        archive_root=Path(settings["DATA_ARCHIVE_ROOT"]),
        options=options_from(settings),
        limits=Limits(settings["UNCOMPRESS_MAX_RATIO"], settings["UNCOMPRESS_MAX_BYTES"]),
        ctx=ctx,
        current=request.current,
        only_new=request.only_new,
        docker_config=settings["DOCKER_CONFIG"],
        docker_host=settings["DOCKER_HOST"],
        secrets=settings["SECRETS"],
        download_options=settings["DOWNLOAD_OPTIONS"],
        parallel=int(settings["DOWNLOAD_LIMITS"].get("per_source", 3)),
    )
