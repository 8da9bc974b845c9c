"""The environment of the processes of a source: what names the data, and nothing secret."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Variables of the hub's own environment that every process gets, where they are set.
PASSED = ("HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Place:
    """Where and for what the processes of one run work.

    Attributes:
        source: source name.
        plugin: folder of the plugin.
        root: folder of the source's releases.
        archive: folder of all sources.
        folder: name of the release's folder; empty before it is known.
        release: release; empty before it is known.
        remote: release as the source gave it.
        removed: release that is being removed, or empty.
        depends: release folders of other sources, by source.
        logs: folder of the logs of this run.
        job: id of the job.
        passed: further variables of the hub's own environment that are handed on.
        python: the interpreter that functions of the plugin run in.
    """

    source: str
    plugin: Path
    root: Path
    archive: Path
    folder: str = ""
    release: str = ""
    remote: str = ""
    removed: str = ""
    depends: Mapping[str, str] = field(default_factory=dict)
    logs: Path = Path("logs")
    job: str = ""
    passed: Collection[str] = ()
    python: str = sys.executable

    @property
    def data_folder(self) -> Path:
        """The release's folder, or that of the source while there is none."""
        return self.root / self.folder if self.folder else self.root


def environment(place: Place, phase: str, name: str, log: Path, own: Mapping[str, str]) -> dict[str, str]:
    """All variables of one process; `docs/releases.md` lists them.

    Args:
        place: where it works.
        phase: ``pre``, ``post`` or ``remove``.
        name: of the process.
        log: its log.
        own: variables of its declaration.
    """
    base = place.root.parent
    found = {key: os.environ[key] for key in (*PASSED, *place.passed) if key in os.environ}
    found |= {key: value for key, value in os.environ.items() if key.startswith("LC_")}
    found["PATH"] = os.pathsep.join([found.get("PATH", os.defpath), str(place.plugin)])
    found |= {
        "HUB_SOURCE": place.source,
        "HUB_RELEASE": place.release,
        "HUB_REMOTE_RELEASE": place.remote,
        "HUB_REMOVED_RELEASE": place.removed,
        "HUB_DATA_FOLDER": str(place.data_folder),
        "HUB_SOURCE_FOLDER": str(place.root),
        "HUB_PLUGIN_FOLDER": str(place.plugin),
        "HUB_JOB_ID": place.job,
        "HUB_PHASE": phase,
        "HUB_STEP": name,
        "HUB_LOG_FILE": str(log),
        "dbname": place.source,
        "datadir": str(base),
        "data.dir": str(base),
        "dirversion": place.root.name,
        "offlinedir": str(Path(place.root.name, ".partial")),
        "localrelease": place.folder,
        "remoterelease": place.remote,
        "removedrelease": place.removed,
        "logdir": str(place.logs),
        "logfile": str(log),
        "processdir": str(place.plugin),
        "PATH_PROCESS_BIOMAJ": str(place.plugin),
        "PP_DEPENDENCE": "#",
        "PP_DEPENDENCE_VOLATILE": "#",
        "PP_WARNING": "#",
    }
    for dependency, folder in place.depends.items():
        found[f"{dependency}source"] = folder
        found[f"HUB_DEPENDS_{dependency.upper().replace('-', '_')}"] = folder
    return found | dict(own)
