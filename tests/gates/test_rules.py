"""What ``gates``, ``autobuild`` and ``autopublish`` of a build configuration may say, and what the rules find."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hub.databuild.auto_rules import AutoRules
from hub.databuild.config import BuildConfig
from hub.databuild.errors import BuildConfigError
from hub.databuild.gate_rules import GateRules, QueryRule
from hub.gates.judge import Facts, judge, judge_query


def rules(**gates: Any) -> GateRules:
    found = GateRules.of("genes", gates)
    assert found is not None
    return found


def broken(gates: dict[str, Any], now: Facts, before: Facts | None = None) -> dict[str, str]:
    return {r.rule: r.said for r in judge(rules(**gates), now, before) if not r.ok}


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        ([], None),
        ("strict", "must be an object"),
        ({"document": {}}, "Did you mean `documents`"),
        ({"documents": {"mni": 1}}, "Did you mean `min`"),
        ({"documents": {"min": -1}}, r"documents\.min.*whole number"),
        ({"documents": {"fewer": "a lot"}}, r'such as "5%"'),
        ({"documents": {"fewer": True}}, r'such as "5%"'),
        ({"documents": {"more": "nan%"}}, r'such as "5%"'),
        ({"fields_gone": "x"}, "true or a list"),
        ({"fields_fewer": 5}, "must be a share"),
        ({"mapping_conflicts": "none"}, "whole number"),
        ({"required_ids": [1]}, "list of texts"),
        ({"queries": "a"}, "must be a list"),
        ({"queries": [{"min": 1}]}, r"queries\.0.*needs a `query`"),
        ({"queries": [{"query": "a", "least": 1}]}, "no rule `least`"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_when_it_is_saved(gates, told) -> None:
    document = {"_id": "genes", "doc_type": "gene", "sources": ["one"], "gates": gates}
    config = BuildConfig.from_document(document)
    if told is None:
        told = "must be an object"
    with pytest.raises(BuildConfigError, match=told):
        config.check(datetime.now(UTC))


def test_no_rules_are_no_gates() -> None:
    assert GateRules.of("genes", None) is None
    assert GateRules.of("genes", {}) is None


def test_the_number_of_documents() -> None:
    gates = {"documents": {"min": 10, "max": 100, "fewer": "5%", "more": 20}}
    assert broken(gates, Facts(50)) == {}, "a first build has nothing to compare with"
    assert set(broken(gates, Facts(9))) == {"documents.min"}
    assert set(broken(gates, Facts(101))) == {"documents.max"}
    assert broken(gates, Facts(95), Facts(100)) == {}
    found = broken(gates, Facts(94), Facts(100))
    assert found == {"documents.fewer": "6 documents fewer than the 100 before (6.0%), 5% are allowed"}
    assert broken(gates, Facts(70), Facts(50)) == {}
    assert set(broken(gates, Facts(71), Facts(50))) == {"documents.more"}
    assert broken(gates, Facts(20), Facts(0)) == {}


def test_fields_that_are_gone_or_rare() -> None:
    before = Facts(10, {"a": 10, "a.b": 10, "a.c": 4, "old": 3, "z": 8})
    now = Facts(10, {"z": 3, "new": 1})
    assert broken({"fields_gone": True}, now, before) == {"fields_gone": "2 fields are gone: a, old"}
    assert broken({"fields_gone": ["a"]}, now, before) == {"fields_gone": "1 fields are gone: old"}
    assert broken({"fields_gone": ["a", "old"]}, now, before) == {}
    assert broken({"fields_gone": False}, now, before) == {}
    assert broken({"fields_fewer": "50%"}, now, before) == {
        "fields_fewer": "1 fields are in more than 50% fewer documents: z (8 to 3)"
    }
    assert broken({"fields_fewer": "70%"}, now, before) == {}
    assert broken({"fields_gone": True, "fields_fewer": "1%"}, now, Facts(10)) == {}


def test_conflicts_quarantine_and_ids() -> None:
    now = Facts(
        10,
        conflicts=["`n` holds int (1), str (x): mapped as keyword"],
        missing=["TP53"],
        missing_count=1,
        quarantined={"one": (1, 100), "two": (2, 100)},
    )
    gates = {"mapping_conflicts": True, "quarantined": "1%", "required_ids": ["TP53"]}
    found = broken(gates, now)
    assert set(found) == {"mapping_conflicts", "quarantined", "required_ids"}
    assert "two (2 of 100)" in found["quarantined"]
    assert "one" not in found["quarantined"]
    assert "TP53" in found["required_ids"]
    assert broken({"mapping_conflicts": 1, "quarantined": 2}, now) == {}


def test_sample_queries() -> None:
    assert judge_query(QueryRule("a"), 1, []).ok
    assert not judge_query(QueryRule("a"), 0, []).ok
    assert not judge_query(QueryRule("a", 0, 5), 6, []).ok
    found = judge_query(QueryRule("a", 1, None, ("x", "y")), 3, ["y"])
    assert not found.ok
    assert found.said == "`a` has 3 hits; x should be among the first"
    assert rules(queries=["a", {"query": "b", "max": 0}]).queries == (QueryRule("a", 1), QueryRule("b", 0, 0))


@pytest.mark.parametrize(
    ("params", "pending", "first"),
    [
        ({}, [], []),
        ({"autobuild": {"schedule": "0 3 * * *"}}, ["diff"], []),
        ({"autobuild": {"schedule": "0 3 * * *", "type": "snapshot"}}, ["snapshot"], ["snapshot"]),
        ({"autobuild": {"type": ["full", "incremental"]}}, ["diff", "snapshot"], ["snapshot"]),
        ({"autobuild": {"schedule": "@daily", "env": "es"}}, ["diff", "snapshot"], ["snapshot"]),
        (
            {"autobuild": {"schedule": "@daily", "env": ["es", "s3"]}, "autopublish": {"env": "p"}},
            ["diff", "snapshot", "release_note", "publish"],
            ["snapshot", "release_note", "publish"],
        ),
        ({"autopublish": {"env": "p"}}, [], []),
        (
            {"autobuild": {"type": "full"}, "autopublish": {"env": "p"}, "autorelease": {"type": "full"}},
            ["snapshot", "release_note", "publish", "install"],
            ["snapshot", "release_note", "publish", "install"],
        ),
        (
            {"autobuild": {"type": "full"}, "autopublish": {"env": "p"}, "autorelease": {"schedule": "@daily"}},
            ["snapshot", "release_note", "publish"],
            ["snapshot", "release_note", "publish"],
        ),
        ({"autobuild": {"type": "full"}, "autorelease": {"type": "full"}}, ["snapshot"], ["snapshot"]),
    ],
)
def test_what_is_wanted_of_a_build(params, pending, first) -> None:
    found = AutoRules.of("genes", params)
    assert found.pending(has_previous=True) == pending
    assert found.pending(has_previous=False) == first


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"autobuild": True}, "must be an object with schedule, type, env"),
        ({"autobuild": {"schedul": "x"}}, "Did you mean `schedule`"),
        ({"autobuild": {"schedule": "every day"}}, r"autobuild\.schedule"),
        ({"autobuild": {"type": "dif"}}, "Did you mean `diff`"),
        ({"autobuild": {"env": ["a", "b", "c"]}}, "pair of names"),
        ({"autorelease": {"schedule": "x"}}, r"autorelease\.schedule"),
    ],
)
def test_what_can_not_happen_by_itself_is_refused(params, told) -> None:
    document = {"_id": "genes", "doc_type": "gene", "sources": ["one"], **params}
    with pytest.raises(BuildConfigError, match=told):
        BuildConfig.from_document(document).check(datetime.now(UTC))
