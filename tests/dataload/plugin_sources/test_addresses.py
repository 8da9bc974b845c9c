"""What a person may give as the address of a plugin."""

from __future__ import annotations

import pytest

from hub.dataload.plugin_sources import read_address
from hub.dataload.plugin_sources.address import without_user
from hub.dataload.plugin_sources.errors import BadAddressError


@pytest.mark.parametrize(
    ("text", "kind", "url", "folder", "release"),
    [
        (" https://GitHub.com/a/mvcgi.git ", "git", "https://github.com/a/mvcgi.git", "mvcgi", ""),
        ("https://h.org:8443/a/b-c.d/", "git", "https://h.org:8443/a/b-c.d", "b-c.d", ""),
        ("https://h.org/a/b.git#feature/x", "git", "https://h.org/a/b.git", "b", "feature/x"),
        ("https://me:pw@h.org/b.git", "git", "https://h.org/b.git", "b", ""),
        ("git@h.org:a/b.git", "git", "ssh://git@h.org/a/b.git", "b", ""),
        ("ssh://git:pw@h.org:22/b.git", "git", "ssh://git@h.org:22/b.git", "b", ""),
        ("git://h.org/b", "git", "git://h.org/b", "b", ""),
        ("file:///srv/b.git", "git", "file:///srv/b.git", "b", ""),
        ("local://colours", "local", "local://colours", "colours", ""),
        ("/srv/dev/colours/", "path", "local:///srv/dev/colours", "colours", ""),
        ("local:///srv/dev/colours", "path", "local:///srv/dev/colours", "colours", ""),
    ],
)
def test_addresses_are_understood(text, kind, url, folder, release):
    found = read_address(text)
    assert (found.kind, found.url, found.folder, found.release) == (kind, url, folder, release)
    assert "pw" not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "colours",
        "-u/tmp/x",
        "--upload-pack=touch /tmp/x",
        "https://-oProxyCommand=x/a.git",
        "ssh://-oProxyCommand=x/a.git",
        "ssh://-l@h/a.git",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "fd::7",
        "file::/srv/a.git",
        "javascript://x/a",
        "ftp://h.org/a.git",
        "https://h.org/a.git?token=s3cret",
        "https://h.org/--help",
        "https://h.org/.git",
        "https://h.org/..",
        "https://h.org/a/..%2f..%2fetc",
        "https://h.org/a b.git",
        "https://h.org/a\n.git",
        "https://h.org/__init__",
        "https://h.org:99999/a.git",
        "https://[::1/a.git",
        "https:///a.git",
        "local://a/b",
        "local://../a",
        "local://",
        "local://.sources",
        "x" * 200,
        "https://h.org/" + "x" * 200,
    ],
)
def test_what_is_no_address_is_refused_with_a_hint(text):
    with pytest.raises(BadAddressError) as error:
        read_address(text)
    assert error.value.status == 400


def test_a_refused_address_does_not_show_its_password():
    with pytest.raises(BadAddressError) as error:
        read_address("https://me:s3cret@h.org/a.git?x=1")
    assert "s3cret" not in str(error.value)
    assert "s3cret" not in str(error.value.parts())


def test_user_and_password_are_taken_out_of_any_text():
    text = "clone https://tok3n@h.org/a.git and ssh://u:p@h/b failed for a@b.org"
    assert without_user(text) == "clone https://h.org/a.git and ssh://h/b failed for a@b.org"
