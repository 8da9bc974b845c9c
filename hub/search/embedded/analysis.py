"""Analyzers: how text becomes words, in the index and in queries.

`standard` follows Unicode's word boundaries (UAX 29) as Lucene's standard tokenizer does: letters and digits hang
together, an apostrophe, full stop or colon between letters and a full stop or comma between digits does not split, an
ideograph is a word of its own. Then everything is lower-cased; there are no stop words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tantivy

RAW = "raw"  #: tantivy's own tokenizer: the whole value

# The classes are few, long runs come first and marks count as letters, because tantivy's regular expressions get slow
# with every further class: 7 MB/s as it stands, 0.4 MB/s with UAX 29 written out rule by rule.
_LETTER = r"[\p{wb=ALetter}\p{wb=Hebrew_Letter}\p{wb=Extend}\p{wb=Format}\p{wb=ZWJ}]"
_DIGIT = r"\p{wb=Numeric}"
_JOIN = r"\p{wb=ExtendNumLet}"
_IN_WORD = "['.:\u00b7\u2018\u2019]"
_IN_NUMBER = "['.,;\u2018\u2019]"
_RUN = rf"(?:{_JOIN}|{_LETTER}+(?:{_IN_WORD}{_LETTER}+)*|{_DIGIT}+(?:{_IN_NUMBER}{_DIGIT}+)*)+"
_KATAKANA = r"\p{wb=Katakana}+"
_SINGLE = r"[\p{Han}\p{Hiragana}]"
_COMPLEX = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+"
_EMOJI = r"\p{Extended_Pictographic}[\p{wb=Extend}\p{wb=ZWJ}\p{Extended_Pictographic}]*"
STANDARD = "|".join((_RUN, _KATAKANA, _SINGLE, _COMPLEX, _EMOJI))

_RECIPES = {
    "standard": (STANDARD, True),
    "simple": (r"\p{L}+", True),
    "whitespace": (r"[^\s]+", False),
    "whitespace_lowercase": (r"[^\s]+", True),
    "keyword": (None, False),
    "string_lowercase": (None, True),
}


@cache
def analyzer(name: str) -> tantivy.TextAnalyzer:
    """The analyzer of a name in `hub.search.mapping.ANALYZERS`."""
    import tantivy

    pattern, lowercase = _RECIPES[name]
    tokenizer = tantivy.Tokenizer.raw() if pattern is None else tantivy.Tokenizer.regex(pattern)
    builder = tantivy.TextAnalyzerBuilder(tokenizer)
    if lowercase:
        builder = builder.filter(tantivy.Filter.lowercase())
    return builder.build()


def known(name: str) -> bool:
    """Whether there is an analyzer of that name."""
    return name in _RECIPES


def lowers(name: str) -> bool:
    """Whether an analyzer lower-cases: then patterns are lower-cased too."""
    return _RECIPES[name][1]


def words(name: str, text: str) -> list[str]:
    """The words of a text, in order."""
    found: list[str] = analyzer(name).analyze(text)
    return found


def register(index: tantivy.Index, names: set[str]) -> None:
    """Make analyzers known to an opened index."""
    for name in names:
        index.register_tokenizer(f"hub_{name}", analyzer(name))
