"""Id lists where others fetch them: beside the releases of an environment, the newest under an address that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.databuild.locate import BuildServices
from hub.datarelease import environments as envs
from hub.datarelease.naming import check_name
from hub.datarelease.places import PlaceSpec, open_place
from hub.errors import NotFound
from hub.jobs.port import JobContext, JobSpec

FOLDER = "ids"
SUFFIX = "_ids.xz"


@dataclass(frozen=True)
class UploadIdsRequest:
    """What `store_ids` needs: a local file, the place, and the name that stays; empty for none."""

    path: str
    place: PlaceSpec
    fixed: str


def store_ids(ctx: JobContext, request: UploadIdsRequest) -> dict[str, Any]:
    """Store a list; ``{"url", "redirect"}``.

    Raises:
        hub.datarelease.errors.PlaceError: the place does not take it.
    """
    path, place = Path(request.path), open_place(request.place)
    name = f"{FOLDER}/{path.name}"
    ctx.progress(0, note=f"storing {name}")
    place.prepare()
    place.put_file(path, name)
    told = {"url": request.place.url_of(name), "redirect": None}
    if request.fixed and request.fixed != path.name:
        fixed = f"{FOLDER}/{request.fixed}"
        if request.place.is_bucket and request.place.website:
            prefix = f"/{request.place.prefix}" if request.place.prefix else ""
            place.put(fixed, b"", redirect=f"{prefix}/{name}")
        else:  # nothing there could send anybody on
            place.put_file(path, fixed)
        told["redirect"] = request.place.url_of(fixed)
    return told


async def upload_ids(
    services: BuildServices, file: str, env: str, redirect_from: str | None = None, *, owner: str = ""
) -> dict[str, Any]:
    """Store a list that `export_ids` wrote, in the folder ``ids`` of an environment of ``RELEASE_CONFIG``.

    Args:
        services: jobs, settings.
        file: name of the file, or of the build or collection whose list it is.
        env: the environment.
        redirect_from: name of a file there that leads to this list from now on.
        owner: who asked.

    Returns:
        ``{"url", "redirect"}``: addresses of the list and of what leads to it.

    Raises:
        hub.errors.NotFound: there is no such list or environment.
        hub.errors.HubError: the name or the environment can not be used, or the place does not take it.
    """
    folder = Path(services.settings["DATA_EXPORT_FOLDER"]) / FOLDER
    name = check_name("list of ids", file.removesuffix(SUFFIX)) + SUFFIX
    fixed = check_name("file", redirect_from) if redirect_from else ""
    if not (folder / name).is_file():
        raise NotFound("list of ids", file, [path.name for path in folder.glob(f"*{SUFFIX}")])
    to = envs.release_env(services.settings, env, {}, datetime.now(UTC)).place
    found: dict[str, Any] = await services.jobs.submit(
        JobSpec(
            kind="publish",
            subject=name,
            description=f"store {name} in {to.shown}",
            fn=store_ids,
            args=(UploadIdsRequest(str(folder / name), to, fixed),),
            shared=frozenset({f"ids:{name.removesuffix(SUFFIX)}"}),
            owner=owner,
        )
    ).result()
    return found
