"""A search index of one source, to try it out: a build that is a link to its documents, and is gone afterwards."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.databuild.builder import LINK
from hub.databuild.configs import TEMPORARY
from hub.dataload.errors import NoUploaderError


class SubSourceNeededError(errors.BadArgument):
    """A source with several collections was named, and none of them."""

    def __init__(self, source: str, subs: list[str]) -> None:
        self.source, self.subs = source, subs
        super().__init__(f"`{source}` has several sub-sources: say which with `subsource` ({', '.join(subs)}).")


@command(area="builds", role=Role.OPERATOR, rest="POST /quick_index", starts_job=True)
async def quick_index(
    hub: Services,
    datasource_name: str,
    doc_type: str,
    indexer_env: str,
    subsource: str | None = None,
    index_name: str | None = None,
    num_shards: int = 1,
    num_replicas: int = 0,
    extra_index_settings: Any = None,
) -> dict[str, Any]:
    """Make a search index of one uploaded source, without a build configuration, to try it out.

    ``subsource`` is needed for a source with several. ``extra_index_settings`` is an object, or its JSON text. The
    index is called ``SOURCE_DATE_RANDOM`` unless ``index_name`` is given; what is made on the way is removed at the
    end.
    """
    sub = _sub_source(hub, datasource_name, subsource)
    hub.indices.catalogue.spec(indexer_env)
    base = datasource_name if sub == datasource_name else f"{datasource_name}_{sub}"
    mark = f"{datetime.now(UTC):%Y%m%d}_{secrets.token_hex(4)}"
    conf, build = f"{base}_configuration_{mark}", f"{base}_{mark}".lower()
    params = {
        "num_shards": num_shards,
        "num_replicas": num_replicas,
        "extra_index_settings": extra_index_settings,
        TEMPORARY: True,
    }
    await asyncio.to_thread(
        hub.builds.create_build_configuration, conf, doc_type, [sub], builder_class=LINK, params=params
    )
    try:
        await hub.builds.merge(conf, target_name=build)
        report = await hub.indices.index(indexer_env, build, index_name or build)
        return report.as_dict()
    finally:
        await asyncio.to_thread(hub.builds.delete_temporary, conf)


def _sub_source(hub: Services, source: str, sub: str | None) -> str:
    subs = sorted(hub.sources.plugin(source).uploader_classes)
    if not subs:
        raise NoUploaderError(source)
    if sub:
        if sub not in subs:
            raise NoUploaderError(source, sub, subs)
        return sub
    if len(subs) > 1:
        raise SubSourceNeededError(source, subs)
    return subs[0]
