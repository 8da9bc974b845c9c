"""Commands on all sources at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload.lifecycle.plan import Wish
from hub.dataload.lifecycle.updates import Once
from hub.errors import Conflict, HubError


class SomeFailedError(Conflict):
    """Some of several pieces of work failed."""

    def __init__(self, failed: Mapping[str, str]) -> None:
        self.failed = dict(failed)
        super().__init__("; ".join(f"{name}: {message}" for name, message in failed.items()))


@command(area="sources", role=Role.OPERATOR, rest="PUT /sources/dump", starts_job=True)
async def dump_all(hub: Services, force: bool = False) -> dict[str, Any]:
    """Download the current releases of all sources, but for those that are dumped by hand or disabled.

    Answers the release of each source, and what went wrong with the others: one that fails stops none. With ``force``
    all are downloaded, also those that have nothing new.
    """
    once: Once = {}

    async def one(name: str) -> str:
        report = await hub.sources.update(name, wish=Wish(force=force), once=once, owner="command")
        return str(report.release)

    return await _each([name for name in sorted(hub.sources.plugins) if _dumps_itself(hub, name)], one, "releases")


@command(area="sources", role=Role.OPERATOR, rest="PUT /sources/upload", starts_job=True)
async def upload_all(hub: Services, raise_on_error: bool = False) -> dict[str, Any]:
    """Parse and store the downloaded releases of all sources that have one.

    Answers the number of documents of each, and what went wrong with the others. With ``raise_on_error`` the command
    fails when one of them does; the others are uploaded all the same.
    """

    async def one(name: str) -> int:
        return sum(report.count for report in await hub.sources.upload(name, owner="command"))

    names = [name for name, plugin in sorted(hub.sources.plugins.items()) if plugin.uploader_classes]
    done = await _each([name for name in names if _is_downloaded(hub, name)], one, "documents")
    if done["failed"] and raise_on_error:
        raise SomeFailedError(done["failed"])
    return done


def _dumps_itself(hub: Services, name: str) -> bool:
    dumper = hub.sources.plugin(name).dumper_class
    return dumper is not None and not dumper.DISABLED and not hub.sources.is_manual(name)


def _is_downloaded(hub: Services, name: str) -> bool:
    """Whether there is a release to upload; a source without a dumper has its data elsewhere."""
    record = hub.state.sources.get(name) or {}
    return hub.sources.plugin(name).dumper_class is None or bool((record.get("download") or {}).get("data_folder"))


async def _each(names: list[str], act: Callable[[str], Coroutine[Any, Any, Any]], what: str) -> dict[str, Any]:
    found = await asyncio.gather(*map(act, names), return_exceptions=True)
    failed: dict[str, str] = {}
    for name, result in zip(names, found, strict=True):
        if isinstance(result, HubError):
            failed[name] = str(result)
        elif isinstance(result, BaseException):
            raise result
    return {what: {n: r for n, r in zip(names, found, strict=True) if n not in failed}, "failed": failed}
