"""Each parser on its shipped file gives the documents that its docstring describes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

Document = dict[str, Any]
Documents = dict[str, list[Document]]
Path = tuple[str, ...]
Fields = dict[str, set[Path]]


@pytest.fixture(scope="session")
def documents(data_folder: Callable[[str], str], plugin_module: Callable[[str, str], ModuleType]) -> Documents:
    """All documents of every source, as the parsers yield them."""
    files = plugin_module("prefixmaps", "parser").one_job_a_file(SimpleNamespace(data_folder=data_folder("prefixmaps")))
    load_context = plugin_module("prefixmaps", "parser").load_context
    return {
        "bioregistry": list(plugin_module("bioregistry", "parser").load_prefixes(data_folder("bioregistry"))),
        "obofoundry": list(plugin_module("obofoundry", "parser").load_ontologies(data_folder("obofoundry"))),
        "miriam": list(plugin_module("resolvers", "miriam").load_namespaces(data_folder("resolvers"))),
        "biocontext": list(plugin_module("resolvers", "biocontext").load_prefixes(data_folder("resolvers"))),
        "biomappings": list(plugin_module("biomappings", "parser").load_links(data_folder("biomappings"))),
        "prefixmaps": [document for arguments in files for document in load_context(*arguments)],
    }


@pytest.fixture(scope="session")
def fields(documents: Documents) -> Fields:
    """The paths of all leaves of every source."""
    return {source: set().union(*map(_paths, found)) for source, found in documents.items()}


def first(documents: Documents, source: str, prefix: str) -> Document:
    return next(document for document in documents[source] if document["_id"] == prefix)


@pytest.mark.parametrize(
    ("source", "count", "distinct", "joined"),
    [
        ("bioregistry", 2937, 2937, 2937),
        ("obofoundry", 266, 266, 259),
        ("miriam", 837, 837, 791),
        ("biocontext", 951, 937, 813),
        ("biomappings", 28876, 126, 126),
        ("prefixmaps", 3677, 3382, 506),
    ],
)
def test_counts_are_those_of_the_guide(
    documents: Documents, source: str, count: int, distinct: int, joined: int
) -> None:
    roots = {document["_id"] for document in documents["bioregistry"]}
    ids = {document["_id"] for document in documents[source]}
    assert (len(documents[source]), len(ids), len(ids & roots)) == (count, distinct, joined)


def test_every_id_is_a_lower_case_prefix_and_details_are_below_the_name_of_the_source(documents: Documents) -> None:
    shared = {"_id", "prefix", "name"}
    for source, found in documents.items():
        for document in found:
            assert document["_id"] == document["_id"].strip().lower() != ""
            assert set(document) - shared == {source}


def test_keys_hold_neither_dots_nor_dollars(fields: Fields) -> None:
    keys = {key for paths in fields.values() for path in paths for key in path}
    assert not [key for key in keys if "." in key or key.startswith("$")]


def test_bioregistry_document_is_as_described(documents: Documents) -> None:
    document = first(documents, "bioregistry", "actan")
    assert document["prefix"] == "ACTAN"
    assert document["bioregistry"]["deprecated"] is False
    mappings = first(documents, "bioregistry", "ncbitaxon")["bioregistry"]["mappings"]
    assert {"registry": "miriam", "prefix": "taxonomy"} in mappings


def test_bioregistry_and_obofoundry_name_no_persons(fields: Fields) -> None:
    keys = {key for source in ("bioregistry", "obofoundry") for path in fields[source] for key in path}
    assert not keys & {"contact", "contributor", "reviewer", "email", "orcid"}


def test_obofoundry_document_is_as_described(documents: Documents) -> None:
    document = first(documents, "obofoundry", "chebi")
    assert document["prefix"] == "CHEBI"
    assert document["name"] == "Chemical Entities of Biological Interest"
    assert document["obofoundry"]["license"] == "CC BY 4.0"
    assert document["obofoundry"]["artifacts"][0] == {"type": "owl", "url": "http://purl.obolibrary.org/obo/chebi.owl"}
    assert document["obofoundry"]["pubmed"] == ["26467479"]


def test_miriam_document_is_as_described(documents: Documents) -> None:
    details = first(documents, "miriam", "chebi")["miriam"]
    assert details["id"] == "00000002"
    assert details["prefix_in_id"] is True
    assert details["deprecated"] is False
    assert details["owners"] == ["European Bioinformatics Institute"]
    assert sum(d["miriam"]["deprecated"] for d in documents["miriam"]) > 0


def test_biocontext_spells_some_prefixes_twice(documents: Documents) -> None:
    spellings = [d["biocontext"]["prefix"] for d in documents["biocontext"] if d["_id"] == "ncbigene"]
    assert spellings == ["NCBIGENE", "NCBIGene"]


def test_biomappings_gives_each_mapping_to_both_ends(documents: Documents) -> None:
    there = {"prefix": "chebi", "predicate": "skos:exactMatch", "verdict": "correct"}
    back = {"prefix": "mesh", "predicate": "skos:exactMatch", "verdict": "correct"}
    assert {"_id": "mesh", "biomappings": {"links": [there]}} in documents["biomappings"]
    assert {"_id": "chebi", "biomappings": {"links": [back]}} in documents["biomappings"]


def test_prefixmaps_reads_one_file_a_job(
    plugin_module: Callable[[str, str], ModuleType], data_folder: Callable[[str], str]
) -> None:
    jobs = plugin_module("prefixmaps", "parser").one_job_a_file(SimpleNamespace(data_folder=data_folder("prefixmaps")))
    names = [path.rpartition("/")[2] for (path,) in jobs]
    assert names == ["go.csv", "linked_data.csv", "obo.csv", "prefixcc.csv"]


def test_prefixmaps_finds_a_prefix_in_several_files(documents: Documents) -> None:
    bindings = [b for d in documents["prefixmaps"] if d["_id"] == "go" for b in d["prefixmaps"]["bindings"]]
    assert [b["context"] for b in bindings] == ["go", "obo"]
    assert {b["canonical"] for b in bindings} == {True}


@pytest.mark.parametrize(
    ("plugin", "module", "function", "source"),
    [
        ("bioregistry", "parser", "prefix_mapping", "bioregistry"),
        ("resolvers", "miriam", "namespace_mapping", "miriam"),
        ("resolvers", "biocontext", "prefix_mapping", "biocontext"),
        ("biomappings", "parser", "link_mapping", "biomappings"),
        ("prefixmaps", "parser", "context_mapping", "prefixmaps"),
    ],
)
def test_a_mapping_names_every_field_of_the_documents(
    fields: Fields,
    plugin_module: Callable[[str, str], ModuleType],
    plugin: str,
    module: str,
    function: str,
    source: str,
) -> None:
    properties = getattr(plugin_module(plugin, module), function)(object)
    assert set(_leaves(properties)) == fields[source] - {("_id",)}


def _leaves(properties: Document, parent: Path = ()) -> Iterator[Path]:
    for key, value in properties.items():
        if "properties" in value:
            yield from _leaves(value["properties"], (*parent, key))
        else:
            yield (*parent, key)


def _paths(value: Any, parent: Path = ()) -> set[Path]:
    if isinstance(value, dict):
        return set().union(*(_paths(item, (*parent, key)) for key, item in value.items()))
    if isinstance(value, list):
        return set().union(*(_paths(item, parent) for item in value))
    return {parent}


@pytest.mark.parametrize(("plugin", "version"), [("resolvers", "0.15.6"), ("biomappings", "0.6.0")])
def test_the_release_is_the_version_in_the_address(
    plugin_module: Callable[[str, str], ModuleType], plugin: str, version: str
) -> None:
    ending = "zip" if plugin == "resolvers" else "tar.gz"
    dumper = SimpleNamespace(SRC_URLS=[f"https://github.com/x/y/archive/refs/tags/v{version}.{ending}"])
    assert plugin_module(plugin, "release").archive_version(dumper) == version


def test_an_address_without_version_is_refused_by_name(plugin_module: Callable[[str, str], ModuleType]) -> None:
    dumper = SimpleNamespace(SRC_URLS=["https://example.org/main.zip"])
    with pytest.raises(ValueError, match=r"example\.org/main\.zip"):
        plugin_module("resolvers", "release").archive_version(dumper)
