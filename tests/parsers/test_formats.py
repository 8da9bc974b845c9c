"""XML, OBO, SSSOM and Excel."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from hub import parsers
from hub.parsers.errors import DataFormatError, ParserOptionError

# -- XML ---------------------------------------------------------------------------------------------------------------

XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE db SYSTEM "http://example.org/not-fetched.dtd">
<db:db xmlns:db="http://example.org/db" version="3">
  <entry id="P1" status="ok">
    <name>first &amp; only</name>
    <length>12</length>
    <ref db="A">1</ref><ref db="B">2</ref>
    <empty/>
    <keyword>one</keyword>
    <text><![CDATA[<b>bold</b>]]></text>
  </entry>
  <entry id="P2"><name>second</name><entry id="inner"/></entry>
</db:db>
"""


def test_elements_become_documents(tmp_path):
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(XML.encode()))
    options = {"record": "entry", "id": "id", "types": {"length": "int", "ref.text": "int"}, "lists": ["keyword"]}
    assert list(parsers.xml(tmp_path, **options)) == [
        {
            "_id": "P1",
            "status": "ok",
            "name": "first & only",
            "length": 12,
            "ref": [{"db": "A", "text": 1}, {"db": "B", "text": 2}],
            "keyword": ["one"],
            "text": "<b>bold</b>",
        },
        {"_id": "P2", "name": "second", "entry": {"id": "inner"}},
    ]


def test_attributes_may_have_a_prefix(tmp_path):
    (tmp_path / "a.xml").write_text('<r><e id="1"><id>2</id></e></r>')
    assert list(parsers.xml(tmp_path, record="e", id="@id", attribute_prefix="@")) == [{"_id": "1", "id": "2"}]


def test_a_large_file_is_not_kept_in_memory(tmp_path):
    import tracemalloc

    with (tmp_path / "a.xml").open("w") as handle:
        handle.write("<r>")
        for number in range(10_000):
            handle.write(f'<e id="{number}"><name>{"x" * 50}</name></e>\n')
        handle.write("</r>")
    tracemalloc.start()
    count = sum(1 for _ in parsers.xml(tmp_path, record="e", id="id"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_500_000


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x><e id="1">&b;</e></x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><e id="1">&a;</e></x>'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (BOMB, 1, "declares the entity `a`"),
        (OUTSIDE, 1, "declares the entity `a`"),
        ('<!DOCTYPE x SYSTEM "x.dtd"><x>\n<e id="1">&alpha;</e></x>', 2, "&alpha;"),
        ("<x>\n<e id='1'></x>", 2, "mismatched tag"),
        ("<x>\n<e></e></x>", 2, "`id`"),
        ("<x></x>", 0, "no element `e`; the root is `x`"),
        ("", 1, "no element found"),
        ("<x>" + "<y>" * 600, 1, "more than 500"),
        ("<x><e id='1'/>", 1, "no element found"),
        (b"<?xml version='1.0' encoding='UTF-8'?><x><e id='\xff'/></x>", 1, "not well-formed"),
    ],
)
def test_bad_and_dangerous_xml_is_told(tmp_path, text, line, said):
    (tmp_path / "a.xml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataFormatError, match=r"a\.xml") as caught:
        list(parsers.xml(tmp_path, record="e", id="id"))
    assert caught.value.line == line
    assert said in str(caught.value)


# -- OBO ---------------------------------------------------------------------------------------------------------------

OBO = r"""format-version: 1.2
ontology: x

[Term]
id: HP:1
name: All \{terms\} ! a comment
def: "The \"root\", of all." [HPO:a, PMID:1 "a paper, it is"] {source="x"}
synonym: "Everything" EXACT layperson [HPO:b]
synonym: "stuff" RELATED []
xref: UMLS:C1 "Everything"
xref: SNOMED:1
is_a: HP:0 {gci="x"} ! parent
relationship: part_of HP:9 ! nine
relationship: part_of HP:8
property_value: dc:date "2020-01-01" xsd:date
property_value: see HP:7
creation_date: 2020-01-01T00:00:00Z

[Term]
id: HP:2
is_obsolete: true

[Term]
id: MP:3

[Typedef]
id: part_of
"""


def test_terms_of_an_ontology(tmp_path):
    (tmp_path / "x.obo").write_text(OBO)
    first, *rest = parsers.obo(tmp_path, prefix="HP")
    assert first == {
        "_id": "HP:1",
        "name": "All {terms}",
        "def": {"text": 'The "root", of all.', "xref": ["HPO:a", "PMID:1"]},
        "synonym": [{"text": "Everything", "scope": "EXACT", "type": "layperson", "xref": ["HPO:b"]},
                    {"text": "stuff", "scope": "RELATED"}],
        "xref": ["UMLS:C1", "SNOMED:1"],
        "is_a": ["HP:0"],
        "relationship": {"part_of": ["HP:9", "HP:8"]},
        "property_value": {"dc:date": ["2020-01-01"], "see": ["HP:7"]},
        "creation_date": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    assert rest == [{"_id": "HP:2", "is_obsolete": True}]
    assert [d["_id"] for d in parsers.obo(tmp_path, obsolete=False)] == ["HP:1", "MP:3"]
    assert [d["_id"] for d in parsers.obo(tmp_path, stanzas=["Typedef"])] == ["part_of"]
    assert list(parsers.obo(tmp_path, prefix=["MP:"], columns=["name"])) == [{"_id": "MP:3"}]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[Term]\nname: x\n", 1, "has no `id`"),
        ("[Term]\nid: x\nwhat is this\n", 3, "neither"),
        ("[Term]\nid: x\nid: y\n", 3, "second time"),
        ("[Term]\nid: x\ndef: no quotes\n", 3, "quotes"),
        ("[Term]\nid: x\nis_obsolete: perhaps\n", 3, "true nor false"),
        ("[Term]\nid: x\nis_a: ! nothing\n", 3, "no value"),
        ("", 0, "empty"),
        ("<html>\n", 1, "neither"),
    ],
)
def test_a_bad_ontology_is_told(tmp_path, text, line, said):
    (tmp_path / "x.obo").write_text(text)
    with pytest.raises(DataFormatError, match=r"x\.obo") as caught:
        list(parsers.obo(tmp_path))
    assert caught.value.line == line
    assert said in str(caught.value)


def test_stanzas_are_a_list_of_known_kinds():
    with pytest.raises(ParserOptionError, match="Typedef"):
        parsers.obo("x", stanzas=["Terms"])


# -- SSSOM -------------------------------------------------------------------------------------------------------------

SSSOM = """#curie_map:
#  A: http://example.org/a/
#mapping_set_version: 2020-01-01
#subject_source: A:all
#mapping_tool: matcher 3
subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\tauthor_id\tmapping_tool
A:1\tskos:exactMatch\tB:1\tsemapv:LexicalMatching\t0.9\torcid:1|orcid:2\t
A:2\tskos:exactMatch\tB:2\tsemapv:LexicalMatching\t\t\tby hand
"""


def test_mappings_of_a_set(tmp_path):
    (tmp_path / "x.sssom.tsv").write_text(SSSOM)
    first, second = parsers.sssom(tmp_path)
    assert first == {
        "_id": "A:1|skos:exactMatch|B:1",
        "subject_id": "A:1",
        "predicate_id": "skos:exactMatch",
        "object_id": "B:1",
        "mapping_justification": "semapv:LexicalMatching",
        "confidence": 0.9,
        "author_id": ["orcid:1", "orcid:2"],
        "subject_source": "A:all",
        "mapping_tool": "matcher 3",
    }
    assert second["mapping_tool"] == "by hand"
    assert "confidence" not in second
    assert [d["_id"] for d in parsers.sssom(tmp_path, id="subject_id")] == ["A:1", "A:2"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "said"),
    [
        ("object_id\t", "object\t", 6, "", "object_id"),
        ("0.9", "high", 7, "confidence", "from 0 to 1"),
        ("0.9", "90", 7, "confidence", "from 0 to 1"),
        ("B:2", "", 8, "object_id", "empty"),
        ("by hand", "by hand\tmore", 8, "", "8 cells"),
        ("#curie_map:", "#curie_map: [", 3, "", "YAML"),
    ],
)
def test_a_bad_set_is_told(tmp_path, old, new, line, column, said):
    (tmp_path / "x.sssom.tsv").write_text(SSSOM.replace(old, new))
    with pytest.raises(DataFormatError, match=r"x\.sssom\.tsv") as caught:
        list(parsers.sssom(tmp_path))
    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in str(caught.value)


# -- Excel -------------------------------------------------------------------------------------------------------------


def book(path, *rows, title="Data"):
    made = openpyxl.Workbook()
    made.active.title = "Notes"
    made.active.append(["nothing here"])
    sheet = made.create_sheet(title)
    for row in rows:
        sheet.append(row)
    made.save(path)


def test_rows_of_a_sheet(tmp_path):
    book(
        tmp_path / "a.xlsx",
        ["made by hand"],
        ["id", "name", "n", "day", "ok", "codes"],
        [1, " first ", 2.5, date(2020, 1, 2), True, "a;b"],
        [None] * 6,
        [2.0, "#N/A", 3, datetime(2020, 1, 2, 3, 4), False, None],  # noqa: DTZ001 - Excel knows no zones
    )
    found = list(parsers.excel(tmp_path, sheet="Data", id="id", skip_rows=1, lists={"codes": ";"}, types={"n": "str"}))
    assert found == [
        {"_id": "1", "name": "first", "n": "2.5", "day": "2020-01-02", "ok": True, "codes": ["a", "b"]},
        {"_id": "2", "n": "3", "day": "2020-01-02T03:04:00", "ok": False},
    ]
    assert next(parsers.excel(tmp_path, sheet=1, header=["_id"])) == {"_id": "nothing here"}


def test_a_workbook_inside_an_archive(tmp_path):
    book(tmp_path / "a.xlsx", ["_id"], ["x"])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.xlsx", "inner/b.xlsx")
    (tmp_path / "a.xlsx").unlink()
    assert list(parsers.excel(tmp_path, sheet="Data")) == [{"_id": "x"}]


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([["_id", "n"], ["a", "#REF!"]], {}, "#REF!"),
        ([["_id", "n"], ["a", "x"]], {"types": {"n": "int"}}, "no whole number"),
        ([["_id"], ["a", "x"]], {}, "right of the 1 columns"),
        ([["_id"], [None]], {"skip_rows": 5}, "no row"),
        ([["_id"]], {"sheet": "Dat"}, "Did you mean `Data`"),
        ([["_id"]], {"sheet": 3}, "no sheet number 3"),
    ],
)
def test_a_bad_sheet_is_told(tmp_path, rows, options, said):
    book(tmp_path / "a.xlsx", *rows)
    with pytest.raises(DataFormatError, match=r"a\.xlsx") as caught:
        list(parsers.excel(tmp_path, **{"sheet": "Data", **options}))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"\xd0\xcf\x11\xe0 old", ".xls"), (b"id,name\n", "no Excel file"), (b"PK\x05\x06" + bytes(18), "no readable")],
)
def test_what_is_no_workbook_is_told(tmp_path, data, said):
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(DataFormatError) as caught:
        list(parsers.excel(tmp_path))
    assert said in str(caught.value)
