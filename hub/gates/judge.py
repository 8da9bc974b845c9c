"""The rules applied to what is known of a build and of the one before; no input or output here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from hub.databuild.gate_rules import GateRules, QueryRule

SHOWN = 20
_FIRST = "there is no build before to compare with"
_UNKNOWN = "the fields of the build before are not known: its documents are gone"


@dataclass(frozen=True)
class Facts:
    """What is known of one build.

    Attributes:
        documents: how many it has.
        fields: documents that have each field; None when it is not known.
        conflicts: fields with values of several kinds, in words.
        missing: the first required ids that are not there.
        missing_count: how many are not.
        quarantined: bad documents and all documents of the last upload, by source.
    """

    documents: int
    fields: Mapping[str, int] | None = None
    conflicts: Sequence[str] = ()
    missing: Sequence[str] = ()
    missing_count: int = 0
    quarantined: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """How one rule came out.

    Attributes:
        rule: its name.
        ok: it holds.
        said: what was found, in one sentence.
        detail: names and numbers.
    """

    rule: str
    ok: bool
    said: str
    detail: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def judge(rules: GateRules, now: Facts, before: Facts | None) -> list[Result]:
    """Every rule that looks at documents; one that compares holds when there is no build before.

    Args:
        rules: of the configuration.
        now: the build.
        before: the last build that went through; None when it is the first.
    """
    return list(_results(rules, now, before))


def _results(rules: GateRules, now: Facts, before: Facts | None) -> Iterator[Result]:
    if rules.at_least is not None:
        said = f"{now.documents:,} documents, at least {rules.at_least:,} are wanted"
        yield Result("documents.min", now.documents >= rules.at_least, said)
    if rules.at_most is not None:
        said = f"{now.documents:,} documents, at most {rules.at_most:,} are wanted"
        yield Result("documents.max", now.documents <= rules.at_most, said)
    yield from _changes(rules, now, before)
    if rules.fields_gone:
        yield _gone(rules, now, before)
    if rules.fields_fewer is not None:
        yield _fewer(rules, now, before)
    if rules.conflicts is not None:
        count = len(now.conflicts)
        said = f"{count} fields have values of several kinds, {rules.conflicts} are allowed"
        yield Result("mapping_conflicts", count <= rules.conflicts, said, list(now.conflicts[:SHOWN]))
    if rules.quarantined is not None:
        yield _quarantined(rules, now)
    if rules.required_ids is not None:
        said = "all required ids are there"
        if now.missing_count:
            said = f"{now.missing_count:,} required ids are not there: {', '.join(now.missing[:5])}"
        yield Result("required_ids", not now.missing_count, said, list(now.missing))


def _changes(rules: GateRules, now: Facts, before: Facts | None) -> Iterator[Result]:
    for name, allowed, sign in (("fewer", rules.fewer, -1), ("more", rules.more, 1)):
        if allowed is None:
            continue
        if before is None:
            yield Result(f"documents.{name}", True, _FIRST)
            continue
        change = sign * (now.documents - before.documents)
        limit = allowed.of(before.documents)
        share = f" ({change / before.documents:.1%})" if before.documents else ""
        said = f"{max(change, 0):,} documents {name} than the {before.documents:,} before{share}, {allowed} are allowed"
        yield Result(f"documents.{name}", change <= limit, said, {"before": before.documents, "now": now.documents})


def _gone(rules: GateRules, now: Facts, before: Facts | None) -> Result:
    if before is None or before.fields is None or now.fields is None:
        return Result("fields_gone", True, _UNKNOWN if before else _FIRST)
    lost = [name for name in before.fields if name not in now.fields and not _may_go(name, rules.may_go)]
    tops = [name for name in lost if not any(name.startswith(f"{other}.") for other in lost)]
    said = "every field of the build before is there"
    if tops:
        said = f"{len(tops)} fields are gone: {', '.join(tops[:5])}"
    return Result("fields_gone", not tops, said, [{"field": n, "before": before.fields[n]} for n in tops[:SHOWN]])


def _may_go(name: str, allowed: Sequence[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in allowed)


def _fewer(rules: GateRules, now: Facts, before: Facts | None) -> Result:
    assert rules.fields_fewer is not None
    if before is None or before.fields is None or now.fields is None:
        return Result("fields_fewer", True, _UNKNOWN if before else _FIRST)
    found = []
    for name, count in before.fields.items():
        left = now.fields.get(name, 0)
        if name in now.fields and count - left > rules.fields_fewer.of(count):
            found.append({"field": name, "before": count, "now": left})
    shown = ", ".join(f"{f['field']} ({f['before']:,} to {f['now']:,})" for f in found[:5])
    said = f"{len(found)} fields are in more than {rules.fields_fewer} fewer documents: {shown}"
    if not found:
        said = f"no field is in more than {rules.fields_fewer} fewer documents than before"
    return Result("fields_fewer", not found, said, found[:SHOWN])


def _quarantined(rules: GateRules, now: Facts) -> Result:
    assert rules.quarantined is not None
    bad = {s: (n, total) for s, (n, total) in now.quarantined.items() if n > rules.quarantined.of(total)}
    shown = ", ".join(f"{source} ({n:,} of {total:,})" for source, (n, total) in sorted(bad.items()))
    said = f"more than {rules.quarantined} of the documents are in quarantine: {shown}"
    if not bad:
        said = f"no source has more than {rules.quarantined} of its documents in quarantine"
    detail = [{"source": s, "quarantined": n, "documents": total} for s, (n, total) in sorted(bad.items())]
    return Result("quarantined", not bad, said, detail)


def judge_query(rule: QueryRule, total: int, ids: Sequence[str]) -> Result:
    """One sample query.

    Args:
        rule: the rule.
        total: hits it has.
        ids: the first of them.
    """
    faults = []
    if total < rule.least:
        faults.append(f"at least {rule.least:,} are wanted")
    if rule.most is not None and total > rule.most:
        faults.append(f"at most {rule.most:,} are wanted")
    missing = [id_ for id_ in rule.ids if id_ not in ids]
    if missing:
        faults.append(f"{', '.join(missing[:5])} should be among the first")
    said = f"`{rule.query}` has {total:,} hits" + (f"; {', '.join(faults)}" if faults else "")
    return Result("queries", not faults, said, {"query": rule.query, "total": total, "missing": missing})
