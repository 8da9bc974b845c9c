"""Aliases of indices: where they point, where they pointed before, and moving them on and back."""

from __future__ import annotations

from typing import Any

from hub.dataindex.catalogue import IndexCatalogue
from hub.dataindex.errors import AliasError, BuildHeldError
from hub.search.errors import IndexNotFoundError
from hub.search.names import check_name
from hub.store.records.builds import held
from hub.store.state import State

JsonDict = dict[str, Any]


class AliasBook:
    """The aliases of all environments.

    Args:
        catalogue: gives the engines.
        state: the hub's records.
    """

    def __init__(self, catalogue: IndexCatalogue, state: State) -> None:
        self._catalogue, self._state = catalogue, state

    def all(self, env: str | None = None) -> list[JsonDict]:
        """``{environment, alias, index, build, moves, withdrawn}`` for each alias, by name; ``moves`` newest first."""
        found = []
        for name in [env] if env else self._catalogue.environments():
            for alias, index in sorted(self._catalogue.engine(name).aliases().items()):
                record = self._state.aliases.of(name, alias)
                found.append(
                    {
                        "environment": name,
                        "alias": alias,
                        "index": index,
                        "build": self.build_of(name, index),
                        "moves": record["moves"][::-1],
                        "withdrawn": record["withdrawn"],
                    }
                )
        return found

    def build_of(self, env: str, index: str) -> str | None:
        """Name of the build that an index was made of, or None."""
        for build in self._state.builds.all():
            if self._catalogue.registered(build, index, env):
                return str(build["_id"])
        return None

    def check(self, env: str, index: str) -> None:
        """Refuse an index of a build that its release gates hold back."""
        name = self.build_of(env, index)
        record = self._state.builds.get(name) if name else None
        refuse_held(record)

    def move(self, env: str, alias: str, index: str, *, by: str = "", note: str = "") -> str | None:
        """Point an alias at an index, in one step; returns the index it pointed at before.

        Raises:
            hub.search.errors.IndexNotFoundError: there is no such index; the alias stays.
            AliasError: an index has that name.
        """
        engine = self._catalogue.engine(env)
        check_name(alias)
        names = engine.names()
        if index not in names:
            raise IndexNotFoundError(index, names)
        if alias in names:
            raise AliasError(alias, "an index has that name, so it can not be an alias. Choose another.")
        before = engine.set_alias(alias, index)
        if before != index:
            self._state.aliases.moved(env, alias, index, before=before, by=by, note=note)
        return before

    def roll_back(self, env: str, alias: str, *, by: str = "", note: str = "") -> JsonDict:
        """Point an alias at the index it pointed at before, if that is still there.

        What it is moved away from is withdrawn: the automatic flow does not serve it again, until somebody points the
        alias at it or a new build is made.

        Returns:
            ``{environment, alias, index, withdrawn}``.

        Raises:
            AliasError: there is nothing to go back to.
        """
        engine = self._catalogue.engine(env)
        now = engine.aliases().get(alias)
        if now is None:
            raise IndexNotFoundError(alias, engine.aliases())
        record = self._state.aliases.of(env, alias)
        gone = {now, *record["withdrawn"]}
        earlier = list(dict.fromkeys(m["index"] for m in reversed(record["moves"]) if m["index"] not in gone))
        there = set(engine.names())
        target = next((name for name in earlier if name in there), None)
        if target is None:
            lost = f" ({', '.join(f'`{n}`' for n in earlier[:3])} are deleted)" if earlier else ""
            raise AliasError(
                alias,
                f"there is no earlier index to go back to{lost}. KEEP_INDICES says how many are kept; "
                "index an older build and point the alias at it.",
            )
        before = engine.set_alias(alias, target)
        told = note or f"rolled back from {now}"
        self._state.aliases.moved(env, alias, target, before=before, by=by, note=told, back=True)
        return {"environment": env, "alias": alias, "index": target, "withdrawn": now}

    def withdrawn(self, env: str, alias: str, index: str) -> bool:
        """Whether somebody rolled an alias back from an index."""
        return index in self._state.aliases.of(env, alias)["withdrawn"]


def refuse_held(build: JsonDict | None) -> None:
    """Refuse a build that its release gates hold back.

    Raises:
        BuildHeldError: it waits for a decision, or was rejected.
    """
    state = held(build or {})
    if build and state:
        broken = [str(r.get("rule")) for r in (build["gate"].get("results") or []) if not r.get("ok")]
        raise BuildHeldError(str(build["_id"]), state, ", ".join(broken))
