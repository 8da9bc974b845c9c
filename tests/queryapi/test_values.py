import pytest

from hub.queryapi.values import split_list, to_bool, to_int


@pytest.mark.parametrize("text", ["", "true", "TRUE", "yes", "Y", "t", "1", "2.5", " true "])
def test_a_bare_name_a_word_for_yes_and_a_positive_number_are_true(text):
    assert to_bool(text) is True


@pytest.mark.parametrize("value", ["false", "no", "0", "-1", "nothing", False, 0, None])
def test_everything_else_is_false(value):
    assert to_bool(value) is False


@pytest.mark.parametrize("value", [True, 1.5, "ten", "1.5"])
def test_a_whole_number_is_neither_a_boolean_nor_a_fraction(value):
    with pytest.raises(ValueError):
        to_int(value)


def test_a_list_is_split_on_every_documented_separator():
    assert split_list("a,b c|d+e\tf\ng,,h") == list("abcdefgh")


def test_quotes_protect_separators():
    assert split_list('"a b",c,"d+e"') == ["a b", "c", "d+e"]
    assert split_list("'a b' c") == ["a b", "c"]


def test_a_quote_inside_a_quoted_item_survives():
    # what the public client sends for the ids  5" x  and  y
    assert split_list('"5" x","y"') == ["5", 'x"', "y"]
    assert split_list('"a"b","c"') == ['a"b', "c"]


def test_a_quote_without_its_partner_is_an_ordinary_character():
    assert split_list("5'-AMP,b") == ["5'-AMP", "b"]
    assert split_list('"a,b') == ['"a', "b"]


def test_brackets_keep_nested_facets_together():
    assert split_list("a(b c),d", keep_brackets=True) == ["a(b c)", "d"]
    assert split_list("a(b c),d") == ["a(b", "c)", "d"]
