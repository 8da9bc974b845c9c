"""The records of plugins (collection ``data_plugin``), in the shape that existing clients read.

``{"_id": name, "plugin": {"url", "type", "active", "loader", "release"?, "display_name"?, "biothing_type"?},
"download": {"release", "commit", "data_folder", "logfile", "started_at", "status", "last_success", "time", "err"?}}``

``type`` is ``github`` for every git repository, whatever its host: the word by which clients show a link and offer
updates. ``plugin.release`` is what is followed, ``download.release`` that and the short commit: ``HEAD 89f0d63``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.dataload.plugin_sources.address import PluginAddress
from hub.dataload.plugin_sources.fetch import FetchReport
from hub.jobs.port import Job
from hub.store.records.base import Repository, duration, now, told

Record = dict[str, Any]


class PluginRecords:
    """What is known of registered plugins.

    Args:
        repository: the collection.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def get(self, name: str) -> Record | None:
        """One record; also found under the name of its folder."""
        return self._whole(self._repository.get(name)) or self.by_folder(name)

    def names(self) -> list[str]:
        """Names of all plugins, sorted."""
        return [str(record["_id"]) for record in self._all()]

    def folders(self) -> set[str]:
        """Names of the folders of all plugins."""
        return {self.folder_of(record) for record in self._all()}

    def by_url(self, url: str) -> Record | None:
        """The plugin of an address, whether or not its ``.git`` is written."""
        plain = _plain(url)
        return next((r for r in self._all() if _plain(r["plugin"]["url"]) == plain), None)

    def by_folder(self, folder: str) -> Record | None:
        """The plugin of a folder of the plugins."""
        return next((r for r in self._all() if self.folder_of(r) == folder), None)

    def folder_of(self, record: Mapping[str, Any]) -> str:
        """Name of a plugin's folder."""
        folder = (record.get("download") or {}).get("data_folder")
        return Path(folder).name if folder else folder_of_url(record["plugin"]["url"])

    def registered(self, address: PluginAddress, report: FetchReport, folder: Path) -> None:
        """Code of a new plugin is in place."""
        plugin = {"url": address.url, "type": "github" if address.kind == "git" else "local", "active": True}
        known = self._repository.get(report.name) or {"_id": report.name}
        former = self.by_folder(folder.name)
        if former is not None and former["_id"] != report.name:
            self._repository.delete(former["_id"])
        self._repository.put({**known, "plugin": plugin, "download": {}})
        self.fetched(report.name, report, folder)

    def started(self, name: str, job: Job) -> None:
        """Code is being fetched."""
        self._download(name, status="downloading", started_at=now(), logfile=job.logfile, err=None, tb=None)

    def logged(self, name: str, job: Job) -> None:
        """Where the log of the newest download or look is; nothing for a plugin that is not registered."""
        if self._repository.get(name) is not None:
            self._download(name, logfile=job.logfile)

    def fetched(self, name: str, report: FetchReport, folder: Path) -> None:
        """Code is in place. The name may have changed with it."""
        record = self._whole(self._repository.get(name))
        if record is None:
            return
        if report.name != name:
            self._repository.delete(name)
            record["_id"] = report.name
        if report.release:
            record["plugin"]["release"] = report.release
        started = (record.get("download") or {}).get("started_at") or now()
        self._repository.put(record)
        self._download(
            report.name,
            status="success",
            release=report.label,
            commit=report.commit or None,
            data_folder=str(folder),
            started_at=started,
            last_success=started,
            time=duration(report.seconds),
            err=None,
            tb=None,
        )

    def failed(self, name: str, error: BaseException, status: str) -> None:
        """Code was not fetched; what is known of the former code stays."""
        self._download(name, status=status, **told(error))

    def deactivate(self, name: str) -> None:
        """Leave a plugin out, now and after a restart, though its folder stays."""
        record = self._whole(self._repository.get(name))
        if record is not None:
            record["plugin"]["active"] = False
            self._repository.put(record)

    def delete(self, name: str) -> None:
        """Forget a plugin."""
        self._repository.delete(name)

    def mark_interrupted(self) -> None:
        """Relabel what was being fetched when the hub died."""
        for record in self._all():
            if (record.get("download") or {}).get("status") == "downloading":
                self._download(record["_id"], status="canceled")

    def _download(self, name: str, **values: Any) -> None:
        record = self._whole(self._repository.get(name))
        if record is None:
            return
        download = {**(record.get("download") or {}), **values}
        record["download"] = {key: value for key, value in download.items() if value is not None}
        self._repository.put(record)

    def _all(self) -> list[Record]:
        return [record for record in self._repository.all() if self._whole(record)]

    @staticmethod
    def _whole(record: Record | None) -> Record | None:
        return record if record and (record.get("plugin") or {}).get("url") else None


def folder_of_url(url: str) -> str:
    """Name of the folder that an address stands for."""
    return url.rstrip("/").rpartition("/")[2].removesuffix(".git")


def _plain(url: str) -> str:
    return url.rstrip("/").removesuffix(".git")
