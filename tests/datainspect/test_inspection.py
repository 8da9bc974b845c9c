"""Inspections: shapes, statistics, evidence, rows."""

from __future__ import annotations

from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.datainspect.flat import flatten
from hub.datainspect.inspector import Inspection, UnknownModeError, checked_modes

DOCUMENT = {"_id": "a1", "n": 1, "t": "two words", "l": ["x", "yy"], "o": {"k": "v", "m": [{"z": 1}, {"z": 2}]}}


def inspected(*documents, modes):
    inspection = Inspection(modes)
    for document in documents:
        inspection.add(document)
    return inspection.results()


def test_the_shape_of_types():
    assert inspected(DOCUMENT, modes="type")["type"] == {
        "_id": {"__type__:str": {}},
        "n": {"__type__:int": {}},
        "t": {"__type__:str": {}},
        "l": {"__type__:list": {"__type__:str": {}}},
        "o": {"k": {"__type__:str": {}}, "m": {"__type__:list": {"z": {"__type__:int": {}}}}},
    }


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("hpo", ["HP:0000118", "HP:0000001"]),
        ("ensembl", ["ENSG00000123374", "ENSMUSG00000025358.4", "ENST00000266970"]),
        ("uniprot", ["P24941", "A0A024RBF6", "P24941-2"]),
        ("dbsnp", ["rs58991260"]),
        ("doi", ["10.1038/nature12373", "https://doi.org/10.1/x"][:1]),
        ("inchikey", ["BSYNRYMUTXBXSQ-UHFFFAOYSA-N"]),
        ("refseq", ["NM_001798.5", "NP_001789"]),
        ("hgvs", ["chr1:g.35367G>A", "NM_004006.2:c.4375C>T"]),
        ("ec", ["2.7.11.22", "1.1.1.-"]),
        ("uuid", ["123e4567-e89b-12d3-a456-426614174000"]),
    ],
)
def test_identifiers_are_known_by_their_pattern(kind, values):
    found = inspected(*({"_id": str(n), "x": v} for n, v in enumerate(values)), modes="identifiers")["identifiers"]
    kinds = {entry["id"]: entry for entry in found["x"]["__type__:str"]["_ident"]}
    assert (kinds[kind]["count"], kinds[kind]["share"]) == (len(values), 1.0)
    assert "_id" not in found


def test_only_what_most_values_fit_is_told():
    documents = [{"_id": f"n{n}", "x": {"y": [f"GO:000000{n}", "free text"]}, "n": n} for n in range(4)]
    documents += [{"_id": "a", "x": {"y": ["free text", "GO:1"] * 3}, "z": "HGNC:5", "w": "HGNC:6"}]
    documents += [{"_id": "b", "w": "word"}, {"_id": "c", "w": "word"}]
    found = inspected(*documents, modes="identifiers")["identifiers"]
    assert set(found) == {"z"}
    assert found["z"]["__type__:str"]["_ident"] == [{"id": "hgnc", "pattern": "HGNC:\\d+", "count": 1, "share": 1.0}]
    own = Inspection("identifiers", patterns={"hgnc": None, "text": "free text|word"})
    for document in documents:
        own.add(document)
    assert own.results()["identifiers"]["x"]["y"]["__type__:list"]["__type__:str"]["_ident"][0]["id"] == "text"
    assert "z" not in own.results()["identifiers"]


def test_the_shape_of_stats():
    found = inspected(DOCUMENT, {"_id": "b", "n": 5, "l": None, "x": None}, modes="stats")["stats"]
    assert found["n"] == {"__type__:int": {"_stats": {"_min": 1, "_max": 5, "_count": 2, "_none": 0}}}
    assert found["l"] == {
        "__type__:NoneType": {"_stats": {"_min": None, "_max": None, "_count": 1, "_none": 1}},
        "__type__:list": {
            "_stats": {"_min": 2, "_max": 2, "_count": 1, "_none": 0},
            "__type__:str": {"_stats": {"_min": 1, "_max": 2, "_count": 2, "_none": 0}},
        },
    }
    assert found["_stats"] == {"_min": 1, "_max": 1, "_count": 2, "_none": 0}
    assert found["o"]["_stats"]["_count"] == 1
    assert list(found["x"]) == ["__type__:NoneType"]


def test_a_list_of_objects_has_its_lengths():
    found = inspected({"_id": "a", "l": [{"k": 1}, {"k": 2}]}, {"_id": "b", "l": []}, modes="stats")["stats"]
    assert found["l"]["__type__:list"]["_stats"] == {"_min": 0, "_max": 2, "_count": 2, "_none": 0}
    assert found["l"]["__type__:list"]["k"]["__type__:int"]["_stats"]["_count"] == 2


def test_deep_stats_of_numbers_and_lengths():
    found = inspected(*({"n": n, "t": "x" * n} for n in (1, 2, 6)), modes="deepstats")["deepstats"]
    stats = found["n"]["__type__:int"]["_stats"]
    assert (stats["_mean"], stats["_median"]) == (3, 2)
    assert stats["_stdev"] == pytest.approx(2.6457513)
    assert found["t"]["__type__:str"]["_stats"]["_median"] == 2


def test_rows_with_warnings():
    rows = flatten(inspected(DOCUMENT, {"_id": "b", "n": 1.5, "t": [1], "Big Name-": "x"}, modes="stats")["stats"])
    assert rows[0]["field_name"] == "__root__"
    by_name: dict = {}
    for row in rows:
        by_name.setdefault(row["field_name"], []).append(row)
    assert [r["field_type"] for r in by_name["n"]] == ["int", "float"]
    assert by_name["n"][0]["warnings"] == []
    assert [r["field_type"] for r in by_name["t"]] == ["str", "list of int"]
    assert [w["code"] for w in by_name["t"][0]["warnings"]] == ["W004"]
    assert [w["code"] for w in by_name["Big Name-"][0]["warnings"]] == ["W001", "W002", "W003"]
    assert [r["field_type"] for r in by_name["o.m"]] == ["list"]
    assert [r["field_type"] for r in by_name["o.m.z"]] == ["int"]
    assert [r["field_type"] for r in by_name["l"]] == ["list of str"]
    assert all(not row["warnings"] for row in flatten({"Bad Name": {"__type__:str": {}}}, warn=False))


def test_each_mapped_field_has_its_evidence():
    documents = [{"n": n, "o": [{"d": "2020-01-02"}], "w": "one", "t": "two words"} for n in (3, 7)]
    metadata = inspected(*documents, modes="mapping")["__metadata__"]
    found = {row["field"]: row for row in metadata["evidence"]}
    assert {field: row["type"] for field, row in found.items()} == {
        "n": "long", "o.d": "date", "w": "keyword", "t": "text",
    }  # fmt: skip
    assert found["n"]["because"] == "2 whole numbers from 3 to 7"
    assert found["n"]["kinds"] == [{"kind": "int", "count": 2, "examples": ["3", "7"]}]
    assert found["t"]["because"] == "2 values, some of several words, up to 9 characters"
    assert metadata["total_fields"] == 4
    assert metadata["documents"] == 2


def test_conflicts_have_examples_and_a_proposal():
    documents = [{"a": 1, "b": {"c": 1}}, {"a": "many", "b": "plain"}, {"a": None, "e": {}, "f": []}]
    metadata = inspected(*documents, modes="mapping")["__metadata__"]
    kinds, mixed = metadata["conflicts"]
    assert (kinds["field"], kinds["type"]) == ("a", "keyword")
    assert {(k["kind"], tuple(k["examples"])) for k in kinds["kinds"]} == {("int", ("1",)), ("str", ("many",))}
    assert (mixed["field"], mixed["type"]) == ("b", None)
    assert {k["kind"]: k["count"] for k in mixed["kinds"]} == {"str": 1, "object": 1}
    assert "field of its own" in mixed["proposal"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=3), values, max_size=3), max_size=3))
def test_documents_keep_the_schema_made_of_them(documents):
    schema = inspected(*documents, modes="jsonschema")["jsonschema"]
    for document in documents:
        jsonschema.validate(document, schema)


def test_dates_and_bytes_are_no_fault():
    document = {"d": datetime(2020, 1, 1, tzinfo=UTC), "b": b"xy", "inf": float("inf")}
    found = inspected(document, modes=["type", "deepstats", "mapping", "jsonschema"])
    assert found["type"] == {"d": {"__type__:datetime": {}}, "b": {"__type__:bytes": {}}, "inf": {"__type__:inf": {}}}


def test_modes():
    assert checked_modes("type,stats type") == ["type", "stats"]
    assert checked_modes(["type,mapping"]) == ["type", "mapping"]
    with pytest.raises(UnknownModeError, match="Did you mean `stats`"):
        checked_modes("stat")
