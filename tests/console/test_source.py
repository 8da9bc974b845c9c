"""What may be typed, and where statements end."""

from __future__ import annotations

import pytest

from hub.console.source import Lines, parse, to_python


@pytest.mark.parametrize(
    ("typed", "python"),
    [
        ("dump?", "help(dump)"),
        ("?bm.info", "help(bm.info)"),
        ("bm.info??", "help(bm.info)"),
        ("!ls -l 'a b'", "shell(\"ls -l 'a b'\")"),
        ("dump('x') && upload('x')", "chain(lambda: dump('x'), lambda: upload('x'))"),
        ("x = 'a && b?'", "x = 'a && b?'"),
    ],
)
def test_short_forms_stand_for_python(typed, python):
    assert to_python(typed) == python


@pytest.mark.parametrize("text", ["x = = 3", "def f(", "\0", "dump('a') &&", "!" * 3 + "'\0"])
def test_what_is_no_python_is_a_syntax_error_and_nothing_else(text):
    if text.startswith("!"):
        assert parse(text)
    else:
        with pytest.raises(SyntaxError):
            parse(text)


def statements(script):
    lines = Lines()
    found = [statement for line in script.split("\n") for statement in lines.add(line)]
    return [*found, *filter(str.strip, [lines.rest()])]


def test_a_simple_statement_is_whole_at_the_end_of_its_line():
    lines = Lines()
    assert lines.add("x = 1") == ["x = 1"]
    assert lines.add("f(1,") == []
    assert lines.add("  2)") == ["f(1,\n  2)"]
    assert lines.add("s = '''a") == []
    assert lines.add("b'''") == ["s = '''a\nb'''"]


def test_a_block_is_whole_when_something_else_follows():
    script = "@deco\ndef f(x):\n    y = 1\n\n    return y\nif f(1):\n    a\nelse:\n    b\nawait c\n"
    assert statements(script) == [
        "@deco\ndef f(x):\n    y = 1\n\n    return y",
        "if f(1):\n    a\nelse:\n    b",
        "await c",
    ]


def test_a_mistake_is_told_at_once():
    assert Lines().add("x = = 3") == ["x = = 3"]


def test_comments_and_empty_lines_are_no_statements():
    assert statements("\n# hello\n\nx\n") == ["x"]
