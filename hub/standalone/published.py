"""What another hub published, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import orjson

from hub.datarelease.errors import BadNameError
from hub.datarelease.naming import check_name
from hub.datarelease.versions import FULL, INCREMENTAL
from hub.standalone.errors import BadReleaseError

MAX_VERSIONS = 100_000


@dataclass(frozen=True)
class Version:
    """One entry of a ``versions.json``.

    Attributes:
        build_version: its name, also that of its file.
        target: the version it leads to.
        require: the version it starts from; None for a full one.
        kind: ``full`` or ``incremental``.
        date: when it was published.
        url: of its metadata.
    """

    build_version: str
    target: str
    require: str | None
    kind: str
    date: str
    url: str

    def as_dict(self) -> dict[str, Any]:
        """As clients read it."""
        return {
            "build_version": self.build_version,
            "require_version": self.require,
            "target_version": self.target,
            "type": self.kind,
            "release_date": self.date,
            "url": self.url,
        }


def parse_json(name: str, what: str, content: bytes) -> dict[str, Any]:
    """An object.

    Raises:
        BadReleaseError: it is none.
    """
    try:
        found = orjson.loads(content)
    except ValueError as error:
        raise BadReleaseError(name, f"{what} is no JSON ({str(error)[:100]})") from None
    if not isinstance(found, dict):
        raise BadReleaseError(name, f"{what} is no JSON object")
    return found


def versions_of(name: str, url: str, content: bytes) -> list[Version]:
    """The entries of a ``versions.json``, in its order.

    Raises:
        BadReleaseError: it is no list of versions.
    """
    found = parse_json(name, "versions.json", content)
    entries = found.get("versions")
    if not isinstance(entries, list) or len(entries) > MAX_VERSIONS:
        raise BadReleaseError(name, "versions.json holds no list of versions")
    return [_version(name, url, entry) for entry in entries]


def _version(name: str, url: str, entry: Any) -> Version:
    if not isinstance(entry, Mapping):
        raise BadReleaseError(name, "versions.json holds an entry that is no object")
    kind, require = entry.get("type"), entry.get("require_version")
    if kind not in (FULL, INCREMENTAL):
        raise BadReleaseError(name, f"versions.json holds a release of an unknown type ({str(kind)[:50]!r})")
    build_version = plain(name, entry.get("build_version"))
    made = Version(
        build_version=build_version,
        target=plain(name, entry.get("target_version")),
        require=plain(name, require) if kind == INCREMENTAL else None,
        kind=kind,
        date=str(entry.get("release_date") or "")[:50],
        url=resolved(name, url, entry.get("url") or f"{build_version}.json"),
    )
    if made.require == made.target:
        raise BadReleaseError(name, f"`{made.build_version}` leads from a version to itself")
    return made


def plain(name: str, version: Any) -> str:
    """A version that can be part of a file name.

    Raises:
        BadReleaseError: it can not.
    """
    try:
        return check_name("version", version) if isinstance(version, str) else _no_text(version)
    except BadNameError as error:
        raise BadReleaseError(name, str(error).rstrip(".")) from None


def _no_text(version: Any) -> str:
    raise BadNameError("version", str(version)[:50])


def resolved(name: str, base: str, url: Any) -> str:
    """A URL that a published file names, absolute or relative to that file.

    What came over the network can name no file of this machine, and a file names none outside of the folder above its
    own: there a publisher keeps releases and diffs side by side.

    Raises:
        BadReleaseError: it leads elsewhere.
    """
    if not isinstance(url, str) or not url or any(ord(c) < 33 for c in url):
        raise BadReleaseError(name, f"it names a URL that is none ({url!r:.100})")
    made = urljoin(base, url) if urlsplit(base).scheme != "s3" else _joined_s3(base, url)
    scheme, ours = urlsplit(made).scheme, urlsplit(base).scheme
    if scheme not in ("http", "https", "s3", "file") or (scheme == "file" and ours != "file"):
        raise BadReleaseError(name, f"it names a URL that may not be read from there ({made[:200]})")
    if ".." in unquote(unquote(urlsplit(made).path)).replace("\\", "/").split("/"):
        raise BadReleaseError(name, f"it names a URL that climbs out of its folder ({made[:200]})")
    if scheme == "file":
        root = unquote(urlsplit(base).path).rstrip("/").rsplit("/", 2)[0] + "/"
        if not unquote(urlsplit(made).path).startswith(root) or urlsplit(made).netloc not in ("", "localhost"):
            raise BadReleaseError(name, f"it names a file outside of the folder of its releases ({made[:200]})")
    return made


def _joined_s3(base: str, url: str) -> str:
    """`urljoin` does not know the scheme."""
    joined = urljoin("http" + base[len("s3") :], url)
    return joined if "://" in url else "s3" + joined[len("http") :]


def release_of(name: str, version: Version, content: bytes) -> dict[str, Any]:
    """The metadata of a release, which must be the one that the list tells of.

    Raises:
        BadReleaseError: it is another one, or none.
    """
    found = parse_json(name, f"`{version.build_version}`", content)
    same = {
        "type": version.kind,
        "build_version": version.build_version,
        "target_version": version.target,
    } | ({"require_version": version.require} if version.kind == INCREMENTAL else {})
    for key, value in same.items():
        if found.get(key) != value:
            raise BadReleaseError(
                name,
                f"the metadata of `{version.build_version}` say {key} = {str(found.get(key))[:80]!r}, not {value!r}",
            )
    if not isinstance(found.get("metadata"), Mapping):
        raise BadReleaseError(name, f"`{version.build_version}` does not say where its files are")
    return found
