"""The release gates of a build configuration: what ``gates`` may say, checked when it is saved.

"gates": {
    "documents": {"min": 1000, "fewer": "5%", "more": "50%"},
    "fields_gone": true,
    "fields_fewer": "80%",
    "mapping_conflicts": 0,
    "quarantined": "1%",
    "required_ids": ["BRCA1", "TP53"],
    "queries": [{"query": "symbol:TP53", "min": 1, "ids": ["7157"]}]
}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.databuild.errors import BuildConfigError
from hub.errors import suggest

RULES = (
    "documents",
    "fields_gone",
    "fields_fewer",
    "mapping_conflicts",
    "quarantined",
    "required_ids",
    "queries",
)


@dataclass(frozen=True)
class Amount:
    """A number, or a share of another number: ``50`` or ``"5%"``."""

    number: float
    is_share: bool

    def of(self, whole: float) -> float:
        """The number, or that share of ``whole``."""
        return whole * self.number / 100 if self.is_share else self.number

    def __str__(self) -> str:
        return f"{self.number:g}%" if self.is_share else f"{self.number:g}"


@dataclass(frozen=True)
class QueryRule:
    """One query on the new index.

    Attributes:
        query: as people type it.
        least: hits it must have at least.
        most: hits it may have, or None.
        ids: documents that must be among the first hits.
    """

    query: str
    least: int = 1
    most: int | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class GateRules:
    """The rules of one configuration; None and empty ones are not looked at.

    Attributes:
        at_least: documents that a build must have.
        at_most: documents that it may have.
        fewer: how many fewer documents it may have than the build before.
        more: how many more.
        fields_gone: whether fields of the build before must still be there.
        may_go: fields that need not.
        fields_fewer: how many fewer documents may have a field than before; a share.
        conflicts: fields with values of several kinds that are allowed; None when they are not looked at.
        quarantined: bad documents of each source that are allowed.
        required_ids: ids that must be there: a list, or the path of a file.
        queries: checked on the new index, before it is served.
    """

    at_least: int | None = None
    at_most: int | None = None
    fewer: Amount | None = None
    more: Amount | None = None
    fields_gone: bool = False
    may_go: tuple[str, ...] = ()
    fields_fewer: Amount | None = None
    conflicts: int | None = None
    quarantined: Amount | None = None
    required_ids: Any = None
    queries: tuple[QueryRule, ...] = ()

    @property
    def looks_at_fields(self) -> bool:
        """Whether the fields of all documents must be counted."""
        return self.fields_gone or self.fields_fewer is not None

    @classmethod
    def of(cls, config: str, value: Any) -> GateRules | None:
        """The rules of a configuration, or None when it has none.

        Raises:
            BuildConfigError: a rule that does not exist, or a value that it can not have.
        """
        if value is None or value == {}:
            return None
        read = _Reader(config)
        rules = read.object("gates", value, RULES)
        documents = read.object("documents", rules.get("documents") or {}, ("min", "max", "fewer", "more"))
        gone = rules.get("fields_gone", False)
        return cls(
            at_least=read.whole("documents.min", documents.get("min")),
            at_most=read.whole("documents.max", documents.get("max")),
            fewer=read.amount("documents.fewer", documents.get("fewer")),
            more=read.amount("documents.more", documents.get("more")),
            fields_gone=gone is not False,
            may_go=() if isinstance(gone, bool) else read.texts("fields_gone", gone),
            fields_fewer=read.share("fields_fewer", rules.get("fields_fewer")),
            conflicts=read.conflicts(rules.get("mapping_conflicts")),
            quarantined=read.amount("quarantined", rules.get("quarantined")),
            required_ids=read.ids(rules.get("required_ids")),
            queries=read.queries(rules.get("queries") or []),
        )


class _Reader:
    """Reads values, and says what is wrong with them."""

    def __init__(self, config: str) -> None:
        self.config = config

    def wrong(self, key: str, why: str) -> BuildConfigError:
        return BuildConfigError(self.config, key if key == "gates" else f"gates.{key}", why)

    def object(self, key: str, value: Any, known: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.wrong(key, f"must be an object, not {value!r:.80}.")
        for name in value:
            if name not in known:
                raise self.wrong(key, f"has no rule `{name}`. {suggest(str(name), known)}")
        return value

    def whole(self, key: str, value: Any) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(key, f"must be a whole number from 0, not {value!r:.80}.")
        return value

    def amount(self, key: str, value: Any) -> Amount | None:
        if value is None:
            return None
        text = str(value).strip()
        try:
            found = Amount(float(text.removesuffix("%")), text.endswith("%"))
        except ValueError:
            found = Amount(-1, False)
        if isinstance(value, bool) or not 0 <= found.number < float("inf"):
            raise self.wrong(key, f'must be a number or a share such as "5%", not {value!r:.80}.')
        return found

    def share(self, key: str, value: Any) -> Amount | None:
        found = self.amount(key, value)
        if found is not None and not found.is_share:
            raise self.wrong(key, f'must be a share such as "50%", not {value!r:.80}.')
        return found

    def conflicts(self, value: Any) -> int | None:
        if isinstance(value, bool):
            return 0 if value else None
        return self.whole("mapping_conflicts", value)

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) and v for v in value):
            raise self.wrong(key, f"must be true or a list of texts, not {value!r:.80}.")
        return tuple(value)

    def ids(self, value: Any) -> Any:
        if value is None or (isinstance(value, str) and value):
            return value
        return list(self.texts("required_ids", value))

    def queries(self, value: Any) -> tuple[QueryRule, ...]:
        if not isinstance(value, list | tuple):
            raise self.wrong("queries", f"must be a list, not {value!r:.80}.")
        return tuple(self._query(number, entry) for number, entry in enumerate(value))

    def _query(self, number: int, entry: Any) -> QueryRule:
        key = f"queries.{number}"
        if isinstance(entry, str):
            entry = {"query": entry}
        values = self.object(key, entry, ("query", "min", "max", "ids"))
        query = values.get("query")
        if not isinstance(query, str) or not query.strip():
            raise self.wrong(key, "needs a `query`, as people type it.")
        ids = self.texts(f"{key}.ids", values.get("ids") or [])
        least, most = self.whole(f"{key}.min", values.get("min")), self.whole(f"{key}.max", values.get("max"))
        default = 0 if most is not None else 1
        return QueryRule(query, default if least is None else least, most, ids)
