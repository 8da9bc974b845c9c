"""Source records (``src_dump``): one a main source, with its download and the uploads of its sub-sources."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.store.records.base import Repository, duration, now, told
from hub.store.state_port import Document as Record

#: Of an upload that runs; gone when it ends. Count, release, folder and `last_success` of the last good one stay.
RUNNING = ("temp_collection", "pid", "uploading_release", "uploading_folder")


class SourceRecords(Repository):
    """What is known of sources. Data of the last good upload stay until the next good one."""

    def dump_started(self, name: str, *, logfile: str, pid: int | None) -> None:
        """A download has begun."""
        self._closing.settle(self.collection, name)
        self._store.update(
            self.collection,
            name,
            set={
                "download.status": "downloading",
                "download.started_at": now(),
                "download.logfile": logfile,
                "download.pid": pid,
            },
            unset=["download.err", "download.tb", "download.time"],
            upsert=True,
        )

    def dump_succeeded(
        self,
        name: str,
        *,
        release: str,
        data_folder: str,
        seconds: float,
        promote: bool | None = None,
        pending: str | None = None,
    ) -> None:
        """A release is complete.

        Args:
            name: source.
            release: its release.
            data_folder: where it lies.
            seconds: how long it took.
            promote: it is also the one that uploads read from now on; False leaves the one that was.
            pending: what is to be done with it.
        """
        values: dict[str, Any] = {
            "download.status": "success",
            "download.release": release,
            "download.data_folder": data_folder,
            "download.time": duration(seconds),
            "download.last_success": self._started(name, "download"),
        }
        if promote:
            values["current"] = {"release": release, "data_folder": data_folder, "since": now()}
        elif promote is False and "current" not in (record := self.get(name) or {}):
            before = record.get("download") or {}
            known = {"release": before.get("release"), "data_folder": before.get("data_folder"), "since": now()}
            values["current"] = known if known["data_folder"] else None
        self._store.update(
            self.collection,
            name,
            set=values,
            unset=["download.pid", "download.err", "download.tb"],
            add_to_set={"pending": pending} if pending else None,
            upsert=True,
        )

    def dump_stopped(self, name: str) -> None:
        """A download ended half way because it was asked to; the former release stays."""
        self._closing.write(self.collection, name, lambda: self._stopped(name))

    def _stopped(self, name: str) -> None:
        download = (self.get(name) or {}).get("download") or {}
        if download.get("status") == "downloading":
            status = "success" if download.get("data_folder") else "canceled"
            self._store.update(
                self.collection, name, set={"download.status": status}, unset=["download.pid", "download.err"]
            )

    def set_current(self, name: str, current: dict[str, Any] | None) -> None:
        """Which release uploads read: ``release``, ``data_folder``, ``since``; None for none."""
        self._store.update(self.collection, name, set={"current": current}, upsert=True)

    def forget_folder(self, name: str, data_folder: str) -> None:
        """A release is gone: neither the current nor the last downloaded one can be it."""
        record = self.get(name) or {}
        if (record.get("current") or {}).get("data_folder") == data_folder:
            self._store.update(self.collection, name, set={"current": None})
        if (record.get("download") or {}).get("data_folder") == data_folder:
            gone = [f"download.{key}" for key in ("data_folder", "release", "status")]
            self._store.update(self.collection, name, unset=gone)

    def dump_failed(self, name: str, error: BaseException, *, status: str = "failed") -> None:
        """A download ended without a release; the former release stays."""
        values = {"download.status": status, **{f"download.{k}": v for k, v in told(error).items()}}
        self._close(name, values, ["download.pid"])

    def upload_started(
        self,
        name: str,
        sub: str,
        *,
        temp_collection: str,
        release: str,
        data_folder: str,
        logfile: str,
        pid: int | None,
    ) -> None:
        """An upload has begun; what the last good one left stays."""
        self._closing.settle(self.collection, name)
        path = f"upload.jobs.{sub}"
        self._store.update(
            self.collection,
            name,
            set={
                f"{path}.status": "uploading",
                f"{path}.step": sub,
                f"{path}.temp_collection": temp_collection,
                f"{path}.uploading_release": release,
                f"{path}.uploading_folder": data_folder,
                f"{path}.started_at": now(),
                f"{path}.logfile": logfile,
                f"{path}.pid": pid,
            },
            unset=[f"{path}.err", f"{path}.tb"],
            upsert=True,
        )

    def upload_succeeded(
        self,
        name: str,
        sub: str,
        *,
        count: int,
        release: str,
        data_folder: str,
        seconds: float,
        quarantine: dict[str, Any] | None = None,
    ) -> None:
        """An upload is published; ``quarantine`` tells of the documents that it refused."""
        path = f"upload.jobs.{sub}"
        values: dict[str, Any] = {
            "status": "success",
            "step": sub,
            "count": count,
            "release": release,
            "data_folder": data_folder,
            "time": duration(seconds),
            "time_in_s": round(seconds, 2),
            "last_success": self._started(name, "upload", "jobs", sub),
        }
        if quarantine:
            values["quarantine"] = quarantine
        gone = (*RUNNING, "err", "tb", *(() if quarantine else ("quarantine",)))
        self._store.update(
            self.collection,
            name,
            set={f"{path}.{key}": value for key, value in values.items()},
            unset=[f"{path}.{key}" for key in gone],
            upsert=True,
        )

    def quarantine_replaced(self, name: str, sub: str, quarantine: dict[str, Any] | None, count: int | None) -> None:
        """Other documents are in quarantine now.

        Args:
            name: main source.
            sub: sub-source.
            quarantine: what tells of them; None when there are none left.
            count: documents in the collection, when it has changed.
        """
        path = f"upload.jobs.{sub}"
        values: dict[str, Any] = {f"{path}.quarantine": quarantine} if quarantine else {}
        if count is not None:
            values |= {f"{path}.count": count, f"{path}.last_success": now()}
        self._store.update(
            self.collection, name, set=values, unset=[] if quarantine else [f"{path}.quarantine"], upsert=True
        )

    def upload_failed(self, name: str, sub: str, error: BaseException, *, status: str = "failed") -> None:
        """An upload ended without data; count, release and data of the last good one stay.

        What it has written stays on record until `upload_discarded`.
        """
        path = f"upload.jobs.{sub}"
        values = {f"{path}.status": status, f"{path}.step": sub, **{f"{path}.{k}": v for k, v in told(error).items()}}
        self._close(name, values, [f"{path}.{k}" for k in RUNNING if k != "temp_collection"])

    def upload_discarded(self, name: str, sub: str, temp_collection: str) -> None:
        """What an upload that failed had written is gone."""
        job = (((self.get(name) or {}).get("upload") or {}).get("jobs") or {}).get(sub) or {}
        if job.get("temp_collection") == temp_collection:  # else a new upload runs already
            self._store.update(self.collection, name, unset=[f"upload.jobs.{sub}.temp_collection"])

    def inspect_started(self, name: str, sub: str, *, logfile: str, pid: int | None) -> None:
        """An inspection has begun; the results of the last one stay until it ends."""
        self._closing.settle(self.collection, name)
        path = f"inspect.jobs.{sub}"
        values = {"status": "inspecting", "step": sub, "started_at": now(), "logfile": logfile, "pid": pid}
        self._store.update(
            self.collection,
            name,
            set={f"{path}.{key}": value for key, value in values.items()},
            unset=[f"{path}.err", f"{path}.tb"],
            upsert=True,
        )

    def inspect_succeeded(self, name: str, sub: str, *, inspection: Record, seconds: float) -> None:
        """An inspection has ended.

        Args:
            name: main source.
            sub: sub-source.
            inspection: ``{results, data_provider, started_at, duration}``.
            seconds: how long it took.
        """
        path = f"inspect.jobs.{sub}"
        upload = (((self.get(name) or {}).get("upload") or {}).get("jobs") or {}).get(sub) or {}
        values: dict[str, Any] = {
            "status": "success",
            "inspect": inspection,
            "release": upload.get("release"),
            "data_folder": upload.get("data_folder"),
            "time": duration(seconds),
            "time_in_s": round(seconds, 2),
            "last_success": self._started(name, "inspect", "jobs", sub),
            "temp_collection": None,  # clients read it, and the pid that is left; an inspection has none of its own
        }
        self._store.update(self.collection, name, set={f"{path}.{key}": v for key, v in values.items()})

    def inspect_failed(self, name: str, sub: str, error: BaseException, *, status: str = "failed") -> None:
        """An inspection ended without results."""
        path = f"inspect.jobs.{sub}"
        values = {f"{path}.status": status, **{f"{path}.{k}": v for k, v in told(error).items()}}
        self._close(name, values, [f"{path}.pid"], upsert=False)

    def validate_started(self, name: str, sub: str, model_file: str, *, logfile: str, pid: int | None) -> None:
        """A validation has begun; the report of the last one stays until it ends."""
        self._closing.settle(self.collection, name)
        path = f"validate.jobs.{sub}"
        upload = (((self.get(name) or {}).get("upload") or {}).get("jobs") or {}).get(sub) or {}
        values = {
            "status": "validating",
            "step": sub,
            "started_at": now(),
            "model_file": model_file,
            "release": upload.get("release"),
            "data_folder": upload.get("data_folder"),
            "logfile": logfile,
            "pid": pid,
        }
        self._store.update(
            self.collection,
            name,
            set={f"{path}.{key}": value for key, value in values.items()},
            unset=[f"{path}.err", f"{path}.tb"],
            upsert=True,
        )

    def validate_ended(self, name: str, sub: str, report: Record, *, seconds: float) -> None:
        """A validation has looked at all documents: ``success`` when all are valid, else ``failed``."""
        path = f"validate.jobs.{sub}"
        values: dict[str, Any] = {
            "status": "success" if report["ok"] else "failed",
            "report": dict(report),
            "time": duration(seconds),
            "time_in_s": round(seconds, 2),
        }
        if not report["ok"]:
            first = report["faults"][0] if report["faults"] else {"field": "?", "message": "?"}
            told = f"{report['invalid']} of {report['documents']} documents are invalid"
            values["err"] = f"{told}; `{first['field']}`: {first['message']}"
        self._store.update(
            self.collection, name, set={f"{path}.{key}": v for key, v in values.items()}, unset=[f"{path}.pid"]
        )

    def validate_failed(self, name: str, sub: str, error: BaseException, *, status: str = "failed") -> None:
        """A validation could not look at all documents."""
        path = f"validate.jobs.{sub}"
        values = {f"{path}.status": status, f"{path}.step": sub, **{f"{path}.{k}": v for k, v in told(error).items()}}
        self._close(name, values, [f"{path}.pid"])

    def _close(self, name: str, values: Record, unset: list[str], *, upsert: bool = True) -> None:
        """Note how work ended without a result; when the store does not take it, it is written later."""

        def write() -> None:
            self._store.update(self.collection, name, set=values, unset=unset, upsert=upsert)

        self._closing.write(self.collection, name, write)

    def _started(self, name: str, *way: str) -> datetime:
        """When the run began that ends now: what ``last_success`` says, as in existing hubs."""
        node: Any = self.get(name)
        for part in way:
            node = (node or {}).get(part)
        started = (node or {}).get("started_at")
        return started if isinstance(started, datetime) else now()

    def add_pending(self, name: str, flag: str) -> None:
        """Note that something is to be done."""
        self._store.update(self.collection, name, add_to_set={"pending": flag}, upsert=True)

    def remove_pending(self, name: str, flag: str) -> None:
        """It was done."""
        self._store.update(self.collection, name, pull={"pending": flag})

    def mark_interrupted(self) -> list[str]:
        """Relabel what a dead hub left running as ``canceled``; returns what, for people."""
        found = []
        for record in self.all():
            for path, what in _running(record):
                self._store.update(
                    self.collection,
                    record["_id"],
                    set={f"{path}.status": "canceled", f"{path}.err": "interrupted by a restart of the hub"},
                    unset=[f"{path}.{k}" for k in RUNNING],
                )
                found.append(f"{what} of {record['_id']}")
        return found


def _running(record: Record) -> list[tuple[str, str]]:
    found = []
    if (record.get("download") or {}).get("status") == "downloading":
        found.append(("download", "download"))
    for kind, status in (("upload", "uploading"), ("inspect", "inspecting"), ("validate", "validating")):
        for sub, job in ((record.get(kind) or {}).get("jobs") or {}).items():
            if job.get("status") == status:
                found.append((f"{kind}.jobs.{sub}", f"{kind} {sub}"))
    return found
