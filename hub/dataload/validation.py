"""Validation of what was uploaded: models in the folder ``validation`` of a plugin, runs as jobs, results on record."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import errors
from hub.datainspect.models import model_source
from hub.datainspect.validation import ValidationRequest, validate_collection
from hub.dataload import upkeep
from hub.jobs.errors import JobCancelledError, JobInterruptedError
from hub.jobs.port import Job, JobSpec

if TYPE_CHECKING:
    from hub.dataload.manager import SourceManager
    from hub.dataload.plugin import Plugin

log = logging.getLogger("hub.sources")
FOLDER = "validation"
JsonDict = dict[str, Any]


class NoMappingToModelError(errors.Conflict):
    """There is nothing that a model could be made from."""

    def __init__(self, sub: str) -> None:
        self.sub = sub
        super().__init__(
            f"`{sub}` has no mapping to make a validation model from. Upload it, run "
            f'inspect(["src", "{sub}"], mode="mapping") and commit the result with source_save_mapping.'
        )


class NothingToValidateError(errors.Conflict):
    """A source without documents."""

    def __init__(self, sub: str) -> None:
        self.sub = sub
        super().__init__(f"`{sub}` has no documents to validate. Upload it first.")


class Validations:
    """Models and validations of sources.

    Args:
        sources: the source manager, whose plugins and records these are.
    """

    def __init__(self, sources: SourceManager) -> None:
        self._sources = sources

    # -- models ----------------------------------------------------------------------------------------------------

    def files(self, name: str) -> list[str]:
        """Names of the model files of a source, sorted; of ``main.sub`` those of its plugin as well."""
        main, _ = upkeep.resolve(self._sources, name)
        plugin = self._sources.plugins.get(main)
        folder = plugin.folder / FOLDER if plugin else None
        if folder is None or not folder.is_dir():
            return []
        return sorted(f.name for f in folder.glob("*.py") if f.is_file() and not f.name.startswith("_"))

    def create(self, name: str) -> list[Path]:
        """Write the models of a source that are not there yet; returns the paths of all.

        Raises:
            NoMappingToModelError: a sub-source has no mapping.
        """
        plugin, subs = self._meant(name)
        return [self._created(plugin, sub) for sub in subs]

    def _meant(self, name: str) -> tuple[Plugin, list[str]]:
        main, sub = upkeep.resolve(self._sources, name)
        plugin = self._sources.plugin(main)
        return plugin, [sub] if sub else sorted(plugin.uploader_classes)

    def _created(self, plugin: Plugin, sub: str) -> Path:
        path = plugin.folder / FOLDER / f"{sub}_model.py"
        if path.exists():
            return path
        properties = self._mapping(sub)
        try:
            path.parent.mkdir(exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.write_text(model_source(sub, properties), encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            raise ModelNotWrittenError(path, error.strerror or str(error)) from error
        return path

    def _mapping(self, sub: str) -> Mapping[str, Any]:
        master = self._sources.state.masters.get(sub) or {}
        found = master.get("mapping") or (master.get("inferred") or {}).get("mapping") or self._inspected(sub)
        if not found:
            raise NoMappingToModelError(sub)
        return dict(found)

    def _inspected(self, sub: str) -> Any:
        for record in self._sources.state.sources.all():
            job = ((record.get("inspect") or {}).get("jobs") or {}).get(sub) or {}
            found = ((job.get("inspect") or {}).get("results") or {}).get("mapping")
            if found and "errors" not in found:
                return found
        return None

    # -- runs ------------------------------------------------------------------------------------------------------

    async def validate(self, name: str, model_file: str | None = None, *, owner: str = "") -> list[JsonDict]:
        """Check all documents of a source or sub-source.

        Args:
            name: main source, ``main.sub`` or sub-source.
            model_file: a file of `files`; default ``<sub>_model.py``, which is made when it is not there.
            owner: who asks.

        Returns:
            One report for each sub-source: see `validate_collection`, and ``source`` and ``model_file``.
        """
        plugin, subs = self._meant(name)
        if model_file is not None and model_file not in self.files(name):
            raise errors.NotFound("validation model", model_file, self.files(name))
        for sub in subs:
            if not self._sources.store.exists(sub):
                raise NothingToValidateError(sub)
        return list(await asyncio.gather(*(self._run(plugin, sub, model_file, owner) for sub in subs)))

    async def after_upload(self, plugin: Plugin, subs: Iterable[str], wanted: bool, owner: str) -> None:
        """Validate what was uploaded, where it was asked for or the uploader says ``auto_validate``; never raises."""
        chosen = [s for s in subs if wanted or getattr(plugin.uploader_classes[s], "auto_validate", False)]
        for sub in chosen:
            try:
                await self._run(plugin, sub, None, owner)
            except errors.HubError as error:
                log.warning("%s: not validated: %s", sub, error, extra={"action": "validation_failed", "source": sub})

    async def _run(self, plugin: Plugin, sub: str, model_file: str | None, owner: str) -> JsonDict:
        run = _Record(self._sources, plugin.name, sub)
        try:
            path = plugin.folder / FOLDER / model_file if model_file else None
            if path is None:
                path = await asyncio.to_thread(self._created, plugin, sub)
        except errors.HubError as error:
            run.failed(None, error)
            raise
        run.model_file = str(path)
        request = ValidationRequest(self._sources.store.spec, sub, sub, str(path))
        found: JsonDict = await self._sources.jobs.submit(
            JobSpec(
                kind="validate",
                subject=sub if sub == plugin.name else f"{plugin.name}.{sub}",
                description=f"check documents against {path.name}",
                fn=validate_collection,
                args=(request,),
                shared=frozenset({f"upload:{sub}"}),
                exclusive=frozenset({f"validate:{sub}"}),
                owner=owner,
                on_start=run.started,
                on_done=run.done,
                on_error=run.failed,
            )
        ).result()
        return {"source": sub, "model_file": path.name, **found}


class ModelNotWrittenError(errors.HubError, errors.Permanent):
    """The folder of the plugin can not be written."""

    status = 409

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = str(path), reason
        super().__init__(
            f"the validation model {path} can not be written: {reason}. Make the plugin's folder writable."
        )


class _Record:
    """Keeps the record of one validation: ``validate.jobs.<sub>`` of the source."""

    def __init__(self, sources: SourceManager, main: str, sub: str) -> None:
        self._sources, self._main, self._sub = sources, main, sub
        self._began = time.monotonic()
        self.model_file = ""

    def started(self, job: Job) -> None:
        self._began = time.monotonic()
        records = self._sources.state.sources
        records.validate_started(self._main, self._sub, self.model_file, logfile=job.logfile, pid=job.pid)
        self._sources.bus.publish("validate.started", source=self._main, sub=self._sub)

    def done(self, job: Job, report: JsonDict) -> None:
        seconds = time.monotonic() - self._began
        self._sources.state.sources.validate_ended(self._main, self._sub, report, seconds=seconds)
        told = {"ok": report["ok"], "invalid": report["invalid"]}
        if not report["ok"]:
            log.warning(
                "%s: %d of %d documents are invalid",
                self._sub,
                report["invalid"],
                report["documents"],
                extra={"action": "validation_found_faults", "source": self._sub},
            )
        self._sources.bus.publish("validate.done", source=self._main, sub=self._sub, **told)

    def failed(self, job: Job | None, error: BaseException) -> None:
        status = "canceled" if isinstance(error, JobCancelledError | JobInterruptedError) else "failed"
        self._sources.state.sources.validate_failed(self._main, self._sub, error, status=status)
        self._sources.bus.publish("validate.failed", source=self._main, sub=self._sub, error=str(error))
