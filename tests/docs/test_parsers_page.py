"""`docs/parsers.md`: its examples give what they show, its option tables are those of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hub import parsers
from hub.dataload.manifest_rules import check
from hub.parsers import docs

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "parsers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (name, text, *BLOCKS[number + 1][1:], BLOCKS[number + 2][2])
    for number, (language, name, text) in enumerate(BLOCKS)
    if language == "text" and name
]


@pytest.mark.parametrize(
    ("name", "text", "parser", "options", "result"), EXAMPLES, ids=lambda v: v if len(v) < 12 else ""
)
def test_an_example_gives_what_the_page_shows(tmp_path, name, text, parser, options, result):
    (tmp_path / name).write_text(text)
    found = list(getattr(parsers, parser)(tmp_path, **json.loads(options)))
    assert found == [json.loads(line) for line in result.splitlines()]


def test_there_are_examples():
    assert len(EXAMPLES) == 4


def test_the_python_example_runs(tmp_path):
    code = next(text for language, _, text in BLOCKS if language == "python")
    (tmp_path / "genes.tsv").write_text(EXAMPLES[0][1])
    names: dict = {}
    exec(code, names)
    assert [d["long"] for d in names["load_data"](tmp_path)] == [False, True]


def test_the_manifest_is_valid():
    text = next(text for _, name, text in BLOCKS if name == "manifest")
    assert check(json.loads(text), "genes") == ([], [])


def test_the_options_are_current():
    assert docs.with_options(PAGE) == PAGE, "run `python -m hub.parsers.docs docs/parsers.md`"
