"""Steps before and after publishing: ``publish.pre`` and ``publish.post`` of an environment of ``RELEASE_CONFIG``.

"publish": {
    "pre": {"snapshot": [{"action": "archive", "format": "tar.xz", "name": "genes-$(Y).tar.xz", "split": "1G"},
                         {"action": "upload", "type": "s3", "bucket": "archives", "base_path": "genes"}]},
    "post": {"snapshot": [{"action": "notify", "text": "genes %(_meta.build_version)s is out"}],
             "diff": [{"action": "my.module:tell"}]}}

Each step gets the result of the one before, and gives what the next one gets.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from hub.databuild.locate import BuildServices
from hub.datadiff.files import checksums
from hub.datadiff.records import step as recorded
from hub.datarelease import archiving
from hub.datarelease.environments import RELEASES, ReleaseEnv, step_place
from hub.datarelease.errors import NotPublishableError, PublishStepError, ReleaseConfigError
from hub.datarelease.naming import check_name, without_secrets
from hub.datarelease.places import PlaceSpec, open_place
from hub.errors import BadArgument, HubError, suggest
from hub.jobs.port import JobContext, JobSpec

STAGES, KINDS = ("pre", "post"), ("snapshot", "diff")
ARCHIVE, UPLOAD, NOTIFY = ACTIONS = ("archive", "upload", "notify")
UPLOADS = ("s3", "folder")

JsonDict = dict[str, Any]
#: A step of an application: gets the step, the build's record and the result before; gives a result. May be a coroutine
#: function.
Action = Callable[[JsonDict, JsonDict, Any], Any]


class PublishSteps:
    """Does the steps.

    Args:
        services: jobs, records, events.
    """

    def __init__(self, services: BuildServices) -> None:
        self._services = services
        self._own: dict[str, Action] = {}

    def register(self, action: str, fn: Action) -> None:
        """Add an action.

        Args:
            action: its name, or ``<stage>_publish_<action>``, ``publish_<action>``, ``<stage>_<action>`` for some
                places only; the first of them that there is is taken. ``step_`` before it is left out.
            fn: what does it.
        """
        self._own[action.removeprefix("step_")] = fn

    def check(self, to: ReleaseEnv, kind: str) -> None:
        """Refuse steps that can not be done, before anything is.

        Raises:
            ReleaseConfigError: which one, and why.
        """
        for stage in to.steps:
            if stage not in STAGES:
                raise ReleaseConfigError(RELEASES, to.name, "publish", f"has no `{stage}`. {suggest(stage, STAGES)}")
        for stage in STAGES:
            asked = to.steps.get(stage) or {}
            for name in asked:
                if name not in KINDS:
                    raise ReleaseConfigError(
                        RELEASES, to.name, f"publish.{stage}", f"has no `{name}`. {suggest(name, KINDS)}"
                    )
            steps = asked.get(kind) or []
            if not isinstance(steps, list | tuple):
                raise ReleaseConfigError(RELEASES, to.name, f"publish.{stage}.{kind}", "must be a list of steps.")
            for number, step in enumerate(steps):
                self._check_one(to, stage, f"publish.{stage}.{kind}[{number}]", step)

    def _check_one(self, to: ReleaseEnv, stage: str, key: str, step: Any) -> None:
        action = step.get("action") if isinstance(step, Mapping) else None
        if not isinstance(action, str) or not action:
            raise ReleaseConfigError(RELEASES, to.name, key, "a step is an object with an `action`.")
        if self._find(stage, action) is not None:
            return
        if action not in ACTIONS:
            known = [*ACTIONS, *self._own]
            raise ReleaseConfigError(
                RELEASES, to.name, f"{key}.action", f"there is no `{action}`. {suggest(action, known)} Or write "
                "`module:function`."
            )  # fmt: skip
        try:
            if action == ARCHIVE:
                _archive_options(step)
            elif action == UPLOAD:
                _check_upload(to, step)
        except (BadArgument, NotPublishableError) as error:
            raise ReleaseConfigError(RELEASES, to.name, key, str(error)) from None

    def _find(self, stage: str, action: str) -> Action | None:
        for name in (f"{stage}_publish_{action}", f"publish_{action}", f"{stage}_{action}", action):
            if name in self._own:
                return self._own[name]
        module, mark, name = action.partition(":")
        if not mark:
            return None
        try:
            found = getattr(importlib.import_module(module), name)
        except Exception:  # the application's code; said to be unknown
            return None
        return found if callable(found) else None

    async def run(
        self, stage: str, kind: str, to: ReleaseEnv, build: Mapping[str, Any], first: Mapping[str, Any], owner: str
    ) -> list[JsonDict]:
        """Do the steps of a stage in order.

        Args:
            stage: ``pre`` or ``post``.
            kind: ``snapshot`` or ``diff``.
            to: the environment.
            build: the build's record.
            first: what the first step gets.
            owner: who asked.

        Returns:
            For each step ``{"step", "result"}`` as they may be shown; nothing when there are none.

        Raises:
            PublishStepError: which one failed; those after it were not done.
        """
        steps = list((to.steps.get(stage) or {}).get(kind) or [])
        if not steps:
            return []
        done: list[JsonDict] = []
        previous: Any = dict(first)
        with recorded(self._services.state.builds, str(build["_id"]), stage, stage) as told:
            for number, step in enumerate(steps, start=1):
                try:
                    previous = await self._one(stage, to, dict(step), dict(build), previous, owner)
                except HubError as error:
                    raise PublishStepError(stage, number, str(step["action"]), str(error)) from error
                except Exception as error:
                    reason = f"{type(error).__name__}: {error}"
                    raise PublishStepError(stage, number, str(step["action"]), reason) from error
                done.append({"step": without_secrets(step), "result": without_secrets(_plain(previous))})
            told["result"] = [entry["step"]["action"] for entry in done]
        return done

    async def _one(self, stage: str, to: ReleaseEnv, step: JsonDict, build: JsonDict, previous: Any, owner: str) -> Any:
        action = str(step["action"])
        own = self._find(stage, action)
        if own is not None:
            found = await asyncio.to_thread(own, step, build, previous)
            return await found if inspect.isawaitable(found) else found
        if action == NOTIFY:
            text = str(step.get("text") or f"{stage}-publish step of {build['_id']}")
            self._services.bus.publish("release.notice", build=str(build["_id"]), text=text, stage=stage)
            return previous
        before = previous if isinstance(previous, Mapping) else {}
        request = StepRequest(step, before, str(self._services.settings["ES_BACKUPS_FOLDER"]))
        if action == UPLOAD:
            request = StepRequest(step, before, request.backups, step_place(to.name, step, to.cloud))
        handle = self._services.jobs.submit(
            JobSpec(
                kind="publish",
                subject=str(build["_id"]),
                description=f"{action} {'before' if stage == 'pre' else 'after'} publishing {build['_id']}",
                fn=archive if action == ARCHIVE else upload,
                args=(request,),
                exclusive=frozenset({f"backups:{request.backups}"}),
                owner=owner,
            )
        )
        return await handle.result()


def _plain(value: Any) -> Any:
    """A result as a record can keep it; what is no data is shown as text."""
    return orjson.loads(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))


@dataclass(frozen=True)
class StepRequest:
    """What `archive` and `upload` need.

    Attributes:
        step: the step as it was configured.
        previous: the result of the one before.
        backups: folder of archives.
        place: where it is uploaded to.
    """

    step: Mapping[str, Any]
    previous: Mapping[str, Any]
    backups: str
    place: PlaceSpec | None = field(default=None)


def _archive_options(step: Mapping[str, Any]) -> tuple[str, str, int | None]:
    """Name, format and bytes of a part.

    Raises:
        hub.errors.BadArgument: one that can not be used.
    """
    kind = str(step.get("format") or "tar.xz")
    if kind not in archiving.FORMATS:
        raise BadArgument(f"`format`: there are {', '.join(archiving.FORMATS)}, not `{kind}`.")
    name = check_name("archive", str(step.get("name") or f"archive.{kind}"))
    split = step.get("split")
    limit = None if split is None else archiving.size_of(split)
    if split is not None and limit is None:
        raise BadArgument(f"`split`: `{split}` is no size; write `500M` or `2GB`.")
    return name, kind, limit


def _check_upload(to: ReleaseEnv, step: Mapping[str, Any]) -> None:
    kind = step.get("type") or "s3"
    if kind not in UPLOADS:
        raise BadArgument(f"`type`: there are {', '.join(UPLOADS)}, not `{kind}`.")
    needed = "bucket" if kind == "s3" else "path"
    if not step.get(needed):
        raise BadArgument(f"an upload of the type `{kind}` needs a `{needed}`.")
    step_place(to.name, step, to.cloud)


def archive(ctx: JobContext, request: StepRequest) -> JsonDict:
    """Pack the folder of the diff, or of the repository; adds ``archive`` and ``files`` to the result.

    Raises:
        hub.errors.HubError: there is no folder here that could be packed.
    """
    name, kind, limit = _archive_options(request.step)
    folder = str(request.previous.get("diff_folder") or request.previous.get("folder") or "")
    if not folder or not Path(folder).is_dir():
        raise NotPublishableError(
            name, "only a folder of this machine can be packed, and it lies elsewhere or is gone."
        )
    backups = Path(request.backups)
    backups.mkdir(parents=True, exist_ok=True)
    ctx.progress(0, note=f"packing {folder}")
    made = archiving.pack(Path(folder), backups / name, kind, limit, ctx.check)
    files = [{**checksums(path), "path": str(path)} for path in made]
    return {**request.previous, "archive": name, "files": files}


def upload(ctx: JobContext, request: StepRequest) -> JsonDict:
    """Store a file, a folder, or what was packed; adds ``urls`` and ``url``, the first of them, to the result.

    Raises:
        hub.errors.HubError: there is nothing to store, or the place has other files of these names.
    """
    assert request.place is not None
    files = _files(request)
    place = open_place(request.place)
    place.prepare()
    if not request.step.get("overwrite"):
        for path, name in files:
            if place.holds(path, name) is False:
                raise NotPublishableError(name, f"{request.place.shown} has another file of that name (`overwrite`).")
    for number, (path, name) in enumerate(files):
        ctx.check()
        ctx.progress(number, len(files), unit="files", note=f"storing {name}")
        place.put_file(path, name)
    urls = [request.place.url_of(name) for _, name in files]
    return {**request.previous, "urls": urls, "url": urls[0]}


def _files(request: StepRequest) -> Sequence[tuple[Path, str]]:
    """What is uploaded, each with its name there: relative paths are below the folder of archives."""
    backups = Path(request.backups)
    if name := request.step.get("file"):
        path = backups / str(name)
        parts = [path] if path.is_file() else sorted(path.parent.glob(f"{path.name}.part*"))
        found = [(part, part.name) for part in parts]
    elif name := request.step.get("folder"):
        folder = backups / str(name)
        inside = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
        found = [(path, f"{folder.name}/{path.relative_to(folder).as_posix()}") for path in inside]
    else:
        name = "what was packed"
        found = [(Path(entry["path"]), str(entry["name"])) for entry in request.previous.get("files") or []]
    if not found:
        raise NotPublishableError(str(name), "there is no such file; a step `archive` before it makes one.")
    return found
