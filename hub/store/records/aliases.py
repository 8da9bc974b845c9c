"""Where the aliases of search indices pointed, so that one can be moved back."""

from __future__ import annotations

from typing import Any

from hub.store.records.base import Repository, now
from hub.store.state_port import Document as Record

KEPT = 50  #: moves of one alias that are remembered


class AliasRows(Repository):
    """One record for each alias of an environment: ``{_id, environment, alias, moves, withdrawn}``.

    ``moves`` is oldest first, each ``{index, at, by, note}``; ``withdrawn`` names the indices that it was moved back
    from, which the automatic flow does not serve again.
    """

    def of(self, env: str, alias: str) -> Record:
        """The record of an alias; an empty one when it was never moved."""
        return self.get(_key(env, alias)) or {"environment": env, "alias": alias, "moves": [], "withdrawn": []}

    def moved(
        self, env: str, alias: str, index: str, *, before: str | None, by: str = "", note: str = "", back: bool = False
    ) -> None:
        """Note a move.

        Args:
            env: environment of the engine.
            alias: the alias.
            index: where it points now.
            before: where it pointed.
            by: who moved it.
            note: why.
            back: it was moved back: what it pointed at is withdrawn.
        """
        record = self.of(env, alias)
        moves: list[dict[str, Any]] = list(record["moves"])
        if before and (not moves or moves[-1]["index"] != before):
            moves.append({"index": before, "at": None, "by": "", "note": "found there"})
        moves.append({"index": index, "at": now(), "by": by, "note": note})
        withdrawn = [name for name in record["withdrawn"] if name != index]
        if back and before:
            withdrawn.append(before)
        kept = {"moves": moves[-KEPT:], "withdrawn": withdrawn[-KEPT:]}
        self.put({"_id": _key(env, alias), "environment": env, "alias": alias, **kept})


def _key(env: str, alias: str) -> str:
    return f"{env}/{alias}"
