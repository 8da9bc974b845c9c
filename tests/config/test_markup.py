from __future__ import annotations

from hub.config.markup import parse, star_imports

SOURCE = """
#* First *#

# Name of
#no description
# the thing
NAME = "x"

#- readonly -#
#-hide-#
# Several
# lines
VALUE = {
    # inside
    "a": 1,  # also inside
}  # at the end

# forgotten

OTHER: int | None = None  # trailing
#*Second*#
#- invisible -#
#- redacted -#
AFTER, NOT_SEEN = 1, 2
WITH_DIGIT_2 = 3
lower = 1
#* *#
NONE = 0
if True:
    # Conditional
    INSIDE = 1
"""


def test_sections_marks_and_descriptions_are_read():
    found = parse(SOURCE)
    assert (found["NAME"].section, found["NAME"].desc) == ("First", "Name of the thing")
    assert found["VALUE"].marks == {"readonly", "hidden"}
    assert found["VALUE"].desc == "Several lines at the end"
    assert (found["OTHER"].desc, found["OTHER"].annotation) == ("trailing", "int | None")
    assert found["WITH_DIGIT_2"].section == "Second"
    assert found["NONE"].section == ""
    assert found["INSIDE"].desc == "Conditional"
    assert "lower" not in found
    assert "AFTER" not in found


def test_the_line_is_that_of_the_assignment():
    assert parse(SOURCE)["VALUE"].line == 13


def test_marks_of_an_earlier_assignment_stay():
    found = parse("#- hide -#\n# Key\nKEY = 1\n\nKEY = 2\n")["KEY"]
    assert (found.marks, found.desc, found.line) == ({"hidden"}, "Key", 5)


def test_marks_can_be_stacked_in_any_order():
    assert parse("# text\n#- invisible -#\n#- readonly -#\n#- hidden -#\nA = 1")["A"].marks == {
        "invisible",
        "readonly",
        "hidden",
    }


def test_markup_works_in_the_users_file(load):
    settings = load("#* Ours *#\n#- hide -#\n# A key\nOUR_KEY = 'k'\n\n#- readonly -#\n# More about it\nBATCH_SIZE = 4")
    ours, batch = settings.definitions["OUR_KEY"], settings.definitions["BATCH_SIZE"]
    assert (ours.section, ours.desc, ours.hidden) == ("Ours", "A key", True)
    assert batch.readonly
    assert batch.section == "2. Datasources"
    assert batch.desc == "Documents per write to a store More about it"


def test_a_comment_that_looks_like_a_text_is_no_comment():
    assert parse('A = """\n#- hide -#\n# text\n"""\nB = 1')["B"].marks == frozenset()


def test_star_imports_are_found():
    assert star_imports("from config_hub import *\nfrom os import path\nfrom .a import *\nimport b") == [
        "config_hub",
        "a",
    ]
