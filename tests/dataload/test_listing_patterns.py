"""Which listed files are wanted and what they are called, on folders kept in memory."""

from __future__ import annotations

import logging
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.dataload.transport import RemoteFile
from hub.dataload.transport.listing_errors import ListedNameError, NothingMatchesError, TooDeepError
from hub.dataload.transport.patterns import PatternError, compiled
from hub.dataload.transport.walk import Listed, Walk, Wanted, fingerprint

ROOT = "sftp://host/pub/"
DAY = datetime(2026, 1, 10, tzinfo=UTC)
TREE: dict[str, Any] = {
    "alu.a": 1,
    "alu.b": 2,
    "readme": 3,
    "sub": {"x.txt": 4, "deep": {"d1.txt": 5, "d2.gz": 6}},
    "sub2": {"x.txt": 7},
    "other": {"deep": {"d3.txt": 8}},
    "empty": {},
}


def listing_of(tree: dict[str, Any], asked: list[str] | None = None) -> Any:
    def list_folder(url: str) -> Iterable[RemoteFile]:
        if asked is not None:
            asked.append(url.removeprefix(ROOT))
        here = tree
        for name in url.removeprefix(ROOT).split("/")[:-1]:
            here = here[name]
        for name, what in here.items():
            folder = isinstance(what, dict)
            size = None if folder else what
            yield RemoteFile(f"{url}{name}{'/' * folder}", size, DAY, name=name, is_dir=folder)

    return list_folder


def found(tree: dict[str, Any], *files: str, **more: Any) -> dict[str, str]:
    walk = Walk(Wanted(files, **more), listing_of(tree))
    return {"/".join(item.path): item.local for item in walk.files(ROOT)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([".*"], ["alu.a", "alu.b", "readme"]),
        (["a"], ["alu.a", "alu.b"]),
        (["alu$"], None),
        (["^sub/x"], ["sub/x.txt", "sub2/x.txt"]),
        (["^/sub/x"], ["sub/x.txt", "sub2/x.txt"]),
        (["sub/x"], ["sub/x.txt", "sub2/x.txt"]),
        (["sub$/x"], ["sub/x.txt"]),
        (["su.*/d.*/.*"], ["sub/deep/d1.txt", "sub/deep/d2.gz"]),
        (["**/*"], ["alu.a", "alu.b", "other/deep/d3.txt", "readme", "sub/deep/d1.txt", "sub/deep/d2.gz", "sub/x.txt", "sub2/x.txt"]),  # noqa: E501
        (["**"], ["alu.a", "alu.b", "other/deep/d3.txt", "readme", "sub/deep/d1.txt", "sub/deep/d2.gz", "sub/x.txt", "sub2/x.txt"]),  # noqa: E501
        (["sub$/**/*"], ["sub/deep/d1.txt", "sub/deep/d2.gz", "sub/x.txt"]),
        ([r"**/.*\.txt$"], ["other/deep/d3.txt", "sub/deep/d1.txt", "sub/x.txt", "sub2/x.txt"]),
        (["**/deep/d[12]"], ["sub/deep/d1.txt", "sub/deep/d2.gz"]),
        ([".*/.*"], ["sub/x.txt", "sub2/x.txt"]),
        (["alu", ".*a$", "**/*.a"], ["alu.a", "alu.b"]),
        (["r[^/]+e$"], ["readme"]),
    ],
)  # fmt: skip
def test_patterns(files: list[str], expected: list[str] | None) -> None:
    if expected is None:
        with pytest.raises(NothingMatchesError):
            found(TREE, *files)
    else:
        bad_glob = [f for f in files if f != "**/*.a"]
        assert list(found(TREE, *bad_glob)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["*.a"], ["alu.a"]),
        (["**/*.txt"], ["other/deep/d3.txt", "sub/deep/d1.txt", "sub/x.txt", "sub2/x.txt"]),
        (["sub/*"], ["sub/x.txt"]),
        (["sub?/x.*"], ["sub2/x.txt"]),
    ],
)
def test_shell_patterns_match_whole_names(files: list[str], expected: list[str]) -> None:
    assert list(found(TREE, *files, glob=True)) == expected


@pytest.mark.parametrize(
    ("files", "more", "path", "local"),
    [
        (["sub$/deep/.*"], {}, "sub/deep/d1.txt", "sub/deep/d1.txt"),
        (["sub$/deep/.*"], {"keep": "flat"}, "sub/deep/d1.txt", "d1.txt"),
        (["sub/deep/(.*)"], {}, "sub/deep/d1.txt", "d1.txt"),
        (["(sub)/deep/(.*)"], {}, "sub/deep/d1.txt", "sub/d1.txt"),
        (["sub/(?:deep)/.*"], {}, "sub/deep/d1.txt", "sub/deep/d1.txt"),
        ([".*", "**/*", "sub/deep/(d1).*"], {}, "sub/deep/d1.txt", "d1"),
        (["**/(d.)(x)?"], {}, "sub/deep/d1.txt", "d1"),
    ],
)
def test_saved_names(files: list[str], more: dict[str, Any], path: str, local: str) -> None:
    assert found(TREE, *files, **more)[path] == local


def test_only_folders_that_can_hold_something_wanted_are_listed_and_each_once() -> None:
    asked: list[str] = []
    Walk(Wanted(("sub$/x", "sub$/deep/d")), listing_of(TREE, asked)).files(ROOT)
    assert asked == ["", "sub/", "sub/deep/"]


def test_a_depth_ends_the_walk_quietly() -> None:
    assert list(found(TREE, "**/*", max_depth=1)) == ["alu.a", "alu.b", "readme", "sub/x.txt", "sub2/x.txt"]
    assert list(found(TREE, "**/*", max_depth=0)) == ["alu.a", "alu.b", "readme"]


def test_no_match_tells_what_is_there() -> None:
    with pytest.raises(
        NothingMatchesError, match=r"matches `\^beta`, `sub/beta`.*It lists 5 other files, e\.g\. `alu.a`"
    ):
        found(TREE, "^beta", "sub/beta")
    with pytest.raises(NothingMatchesError, match="No file was listed there at all"):
        found({}, ".*")


def test_a_link_that_leads_back_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    tree: dict[str, Any] = {"a": 1, "sub": {"b": 2}}
    tree["sub"]["up"] = tree
    with caplog.at_level(logging.WARNING):
        assert list(found(tree, "**/*")) == ["a", "sub/b"]
    assert "leads back" in caplog.text


def test_folders_without_an_end_are_an_error() -> None:
    def endless(url: str) -> Iterable[RemoteFile]:
        name = f"n{url.count('/')}"
        yield RemoteFile(f"{url}{name}/", name=name, is_dir=True)

    with pytest.raises(TooDeepError, match="max_depth"):
        Walk(Wanted(("**/*",)), endless).files(ROOT)


def test_links_to_folders_are_left_alone_when_told() -> None:
    def list_folder(url: str) -> Iterable[RemoteFile]:
        if url == ROOT:
            yield RemoteFile(f"{url}link/", name="link", is_dir=True, is_link=True)
        yield RemoteFile(f"{url}file", name="file")

    walk = Walk(Wanted(("**/*",), follow_links=False), list_folder)
    assert [item.local for item in walk.files(ROOT)] == ["file"]
    assert len(Walk(Wanted(("**/*",)), list_folder).files(ROOT)) == 2


def test_hostile_names_are_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    names = [".", "..", "a/b", "line\nbreak", "x" * 300, "", "ok; $(rm) 'x'", "-rf", "caf\u00e9"]
    walk = Walk(Wanted(), lambda url: [RemoteFile(f"{url}{i}", name=n) for i, n in enumerate(names)])
    with caplog.at_level(logging.WARNING):
        assert [item.local for item in walk.files(ROOT)] == ["-rf", "caf\u00e9", "ok; $(rm) 'x'"]
    assert "control characters" in caplog.text


@pytest.mark.parametrize("file", ["(..)(.*)", "(\\.\\.)/(.*)"])
def test_groups_cannot_lead_out_of_the_folder(file: str) -> None:
    walk = Walk(Wanted(("(.*)__(.*)",)), lambda url: [RemoteFile(url + "a", name="..__a")])
    with pytest.raises(ListedNameError, match="leads out"):
        walk.files(ROOT)


@pytest.mark.parametrize(
    ("pattern", "position"), [("a(b", 1), ("sub/a(b", 5), ("^/sub/[", 6), ("", 0), ("/", 0), ("a/*b", 2)]
)
def test_a_bad_pattern_shows_where(pattern: str, position: int) -> None:
    with pytest.raises(PatternError) as caught:
        compiled([pattern])
    assert caught.value.position == position
    assert str(caught.value).splitlines()[-1] == "    " + " " * position + "^"


def test_the_fingerprint_changes_with_any_file() -> None:
    def of(tree: dict[str, Any]) -> str:
        return fingerprint((i.local, i.remote) for i in Walk(Wanted(("**/*",)), listing_of(tree)).files(ROOT))

    assert of(TREE) == of(dict(reversed(TREE.items())))
    prints = {
        of(TREE),
        of({**TREE, "alu.a": 9}),
        of({**TREE, "new": 1}),
        of({k: v for k, v in TREE.items() if k != "alu.a"}),
    }
    assert len(prints) == 4


def test_ten_thousand_files_are_listed_in_little_memory() -> None:
    tree = {f"folder{n}": {f"file{m:04d}.tsv.gz": m for m in range(100)} for n in range(100)}
    walk = Walk(Wanted(("**/*", r"**/.*\.gz$", ".*/(file.*)")), listing_of(tree))
    tracemalloc.start()
    files: list[Listed] = walk.files(ROOT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(files) == 10_000
    assert peak < 32 * 1024**2
