"""An application's own word on releases: asked before anything is fetched, and before a new index is served."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from hub.dataload import aliases
from hub.standalone.errors import ReleaseRefusedError, SubscriptionError
from hub.standalone.validating import ReleaseValidationError, ReleaseValidator
from tests.standalone.hubs import plain
from tests.standalone.test_two_hubs import MAPPING, history, sources

ASKED: list[dict[str, Any]] = []


class NoThirdVersion(ReleaseValidator):
    """Refuses a way that ends in the third version."""

    def validate(self, force: bool = False, **about: Any) -> None:
        ASKED.append({**about, "force": force})
        if about["version_path"][-1].endswith(".3"):
            raise ReleaseValidationError("not before Monday.")


class Counting(ReleaseValidator):
    """Looks into the new index."""

    def validate_index(self, engine: Any, index: str, **about: Any) -> None:
        ASKED.append({**about, "found": engine.count(index), "served": dict(engine.aliases())})
        if about["version"] == "2":
            raise ReleaseValidationError(f"{index} has no gene of ours")


class Broken(ReleaseValidator):
    """Is wrong itself."""

    def validate(self, force: bool = False, **about: Any) -> None:
        raise KeyError("gone")


@pytest.fixture(autouse=True)
def _nothing_asked() -> None:
    ASKED.clear()


def use(hub: Any, validator: Any) -> None:
    path = validator if isinstance(validator, str) else f"{validator.__module__}.{validator.__qualname__}"
    hub.settings._values["AUTOHUB_VALIDATOR_CLASS"] = path


async def test_a_refused_release_is_not_even_fetched(pair) -> None:
    await history(pair.publisher, 3)
    consumer = pair.consumer
    use(consumer, NoThirdVersion)
    with pytest.raises(ReleaseRefusedError, match=r"may not be installed, says .*: not before Monday\. What is served"):
        await consumer.standalone.install("genes")
    assert ASKED == [{"name": "genes", "version_path": ["1", "1.2", "2.3"], "force": False}]
    assert not list(consumer.standalone.folder.glob("genes/1*"))
    with pytest.raises(ReleaseRefusedError):
        await consumer.standalone.download("genes", force=True)
    assert ASKED[-1]["force"] is True
    assert await consumer.standalone.install("genes", "2") == ["1", "1.2"]
    assert await consumer.standalone.install("genes", dry=True) == ["2.3"]
    assert (await consumer.standalone.backend("genes"))["version"] == "2"


async def test_a_refused_index_is_never_served(pair) -> None:
    await history(pair.publisher, 2)
    consumer = pair.consumer
    use(consumer, Counting)
    assert await consumer.standalone.install("genes", "1") == ["1"]
    served = consumer.indices.engine("localhub").names()
    with pytest.raises(ReleaseRefusedError, match="has no gene of ours"):
        await consumer.standalone.install("genes")
    assert [(told["version"], told["found"]) for told in ASKED] == [("1", 60), ("2", 60)]
    assert ASKED[0]["served"] == {}
    assert consumer.indices.engine("localhub").names() == served
    assert plain(consumer.installed("genes_current")) == plain(_merged(1))


def _merged(version: int) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for documents in sources(version).values():
        for document in documents:
            found.setdefault(document["_id"], {}).update(document)
    return list(found.values())


async def test_one_that_can_not_be_asked_lets_nothing_through(pair) -> None:
    await pair.publisher.publish_full(await pair.publisher.build("1", sources(1), MAPPING))
    consumer = pair.consumer
    use(consumer, Broken)
    with pytest.raises(ReleaseRefusedError, match="it failed: KeyError: 'gone'"):
        await consumer.standalone.install("genes")
    for path, why in (
        ("no.such.Class", "can not be imported"),
        ("plain", "can not be imported"),
        (f"{__name__}.history", "no subclass of hub.standalone.validating.ReleaseValidator"),
    ):
        use(consumer, path)
        with pytest.raises(SubscriptionError, match=why):
            await consumer.standalone.install("genes")
    assert (await consumer.standalone.backend("genes"))["version"] is None


def test_the_names_that_applications_know(home: Any) -> None:
    from tests.compat import names

    names.prepare(home)
    for module in ("biothings.hub.standalone", "biothings.hub.standalone.validators"):
        known = importlib.import_module(module)
        assert (known.AutoHubValidator, known.AutoHubValidateError) == (ReleaseValidator, ReleaseValidationError)
    with pytest.raises(known.AutoHubValidateError) as told:
        raise known.AutoHubValidateError("why")
    assert told.value.reason == "why"
    assert aliases.COMPAT.is_dir()
