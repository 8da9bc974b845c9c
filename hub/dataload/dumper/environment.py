"""What a dumper is given for one run: settings, job, where its folders are, what is there already."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.config.secret import Secret
from hub.dataload.archives import Limits
from hub.dataload.lifecycle.linking import Dependency
from hub.dataload.releases import ReleaseRecord
from hub.dataload.transport import TransportOptions, Watch
from hub.jobs.port import JobContext, NullContext


@dataclass
class DumpEnvironment:
    """One run of a dumper.

    Attributes:
        archive_root: ``DATA_ARCHIVE_ROOT``.
        options: limits and rules of downloads.
        limits: how much archives may grow.
        ctx: the job; used by the main thread only.
        current: ``release``, ``data_folder`` and ``status`` of the last dump that is on record, or None.
        previous: what is known of the files of that dump, or None.
        only_new: the look at the start of the hub, which wants nothing that is on record already.
        docker_config: ``DOCKER_CONFIG``.
        docker_host: ``DOCKER_HOST``.
        watch: counts bytes and stops all transfers.
        secrets: log-ins by name (SECRETS).
        download_options: DOWNLOAD_OPTIONS.
        parallel: files that one source fetches at the same time, unless its class says otherwise.
        step: opened around each step of the run, by name; see `hub.dataload.lifecycle.names`.
        depends: releases of other sources that this one is made from.
        due: make a new release even if nothing is new upstream: one of those has changed.
        run: id of the run.
        has_steps: whether programs or functions will work on the release before it is used.
    """

    archive_root: Path = Path("datasources")
    options: TransportOptions = field(default_factory=TransportOptions)
    limits: Limits = field(default_factory=Limits)
    ctx: JobContext = field(default_factory=NullContext)
    current: Mapping[str, Any] | None = None
    previous: ReleaseRecord | None = None
    only_new: bool = False
    docker_config: Mapping[str, Any] = field(default_factory=dict)
    docker_host: str | None = None
    watch: Watch = field(default_factory=Watch)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    download_options: Mapping[str, Any] = field(default_factory=dict)
    parallel: int = 3
    step: Callable[[str], AbstractContextManager[Any]] = nullcontext
    depends: Mapping[str, Dependency] = field(default_factory=dict)
    due: bool = False
    run: str = ""
    has_steps: bool = False

    @property
    def logger(self) -> logging.Logger:
        """The job's logger."""
        return self.ctx.logger
