"""What commands work with: the managers of a running hub, assembled by `hub.server`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.accounts import Accounts
    from hub.commands.power import Power
    from hub.commands.records import CommandRecorder
    from hub.config import Settings
    from hub.databuild.manager import BuildManager
    from hub.datadiff.manager import DiffManager
    from hub.datadiff.syncing import SyncManager
    from hub.dataindex.apis import ApiManager
    from hub.dataindex.manager import IndexManager
    from hub.datainspect.manager import InspectManager
    from hub.dataload.manager import SourceManager
    from hub.dataload.plugin_sources import PluginSources
    from hub.dataload.quarantine.manager import QuarantineManager
    from hub.datarelease.publisher import ReleaseManager
    from hub.datarelease.snapshots import SnapshotManager
    from hub.gates.keeper import GateKeeper
    from hub.jobs.events import EventBus
    from hub.jobs.manager import JobManager
    from hub.jobs.schedule import Scheduler
    from hub.maintenance.news import CodeNews
    from hub.notify import Notifiers
    from hub.standalone.manager import StandaloneManager
    from hub.store.port import DocumentStore
    from hub.store.state import State


@dataclass
class Services:
    """The managers, each the only one that changes its part of the state."""

    settings: Settings
    state: State
    bus: EventBus
    jobs: JobManager
    scheduler: Scheduler
    src_store: DocumentStore
    target_store: DocumentStore
    sources: SourceManager
    plugin_sources: PluginSources
    builds: BuildManager
    indices: IndexManager
    diffs: DiffManager
    syncs: SyncManager
    snapshots: SnapshotManager
    releases: ReleaseManager
    standalone: StandaloneManager
    gates: GateKeeper
    apis: ApiManager
    quarantine: QuarantineManager
    inspector: InspectManager
    records: CommandRecorder
    power: Power
    notifiers: Notifiers
    code_news: CodeNews
    accounts: Accounts
