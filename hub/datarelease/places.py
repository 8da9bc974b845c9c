"""Where releases and snapshots are kept: a folder, or a bucket of an object store.

A file appears whole or not at all. Names are relative, with slashes; none leads out of the place.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote

from hub.datadiff.files import checksums, write_whole
from hub.datarelease.errors import PlaceError


@dataclass(frozen=True)
class PlaceSpec:
    """A picklable recipe of a place.

    Attributes:
        root: folder, or bucket.
        prefix: folder below it that all names begin with.
        is_bucket: whether it is a bucket.
        url: address that the files are served at, of the prefix; empty for the usual one.
        region: of the bucket.
        endpoint: of the service; empty for Amazon's.
        acl: access rule for new objects; empty for none.
        website: serve the bucket as a web site, for redirects.
        login: ``access_key`` and ``secret_key``.
    """

    root: str
    prefix: str = ""
    is_bucket: bool = False
    url: str = ""
    region: str = ""
    endpoint: str = ""
    acl: str = ""
    website: bool = False
    login: Mapping[str, str] = field(default_factory=dict, repr=False)

    def below(self, name: str) -> PlaceSpec:
        """The same place, a folder further down."""
        made = {f: getattr(self, f) for f in self.__dataclass_fields__}
        return PlaceSpec(**{**made, "prefix": _joined(self.prefix, name), "url": _joined(self.url, quote(name))})

    def url_of(self, name: str) -> str:
        """The address of a file."""
        if self.url:
            return _joined(self.url, quote(name))
        key = _joined(self.prefix, name)
        if not self.is_bucket:
            return (Path(self.root) / key).as_uri()
        if self.endpoint:
            return _joined(self.endpoint, f"{self.root}/{quote(key)}")
        where = f"s3.{self.region}" if self.region else "s3"
        return f"https://{self.root}.{where}.amazonaws.com/{quote(key)}"

    @property
    def shown(self) -> str:
        """For messages."""
        return _joined(f"s3://{self.root}" if self.is_bucket else self.root, self.prefix)


def _joined(base: str, name: str) -> str:
    return f"{base.rstrip('/')}/{name}" if base else name


class Place(Protocol):
    """A place, opened."""

    def put_file(self, path: Path, name: str) -> None:
        """Store a local file, unless it is there with the same content."""
        ...

    def holds(self, path: Path, name: str) -> bool | None:
        """Whether a file of that name is the same as a local one; None when there is none."""
        ...

    def put(self, name: str, content: bytes, *, redirect: str = "") -> None:
        """Store these bytes."""
        ...

    def get(self, name: str) -> bytes | None:
        """The bytes of a file, or None when there is none."""
        ...

    def fetch(self, name: str, path: Path) -> None:
        """Copy a file here."""
        ...

    def names(self, folder: str = "") -> list[str]:
        """Names of files and folders directly in a folder, sorted."""
        ...

    def remove(self, folder: str) -> bool:
        """Remove a folder with everything in it; False when there was none."""
        ...

    def prepare(self) -> None:
        """Make the place when it is missing."""
        ...


def open_place(spec: PlaceSpec) -> Place:
    """Open a place."""
    return BucketPlace(spec) if spec.is_bucket else FolderPlace(spec)


@contextlib.contextmanager
def _translated(spec: PlaceSpec, action: str) -> Iterator[None]:
    try:
        yield
    except PlaceError:
        raise
    except Exception as error:
        if isinstance(error, OSError) or type(error).__module__.startswith(("botocore", "aiobotocore", "aiohttp")):
            raise PlaceError(spec.shown, action, str(error)[:300] or type(error).__name__) from error
        raise


def _checked(name: str) -> str:
    """The name itself; ours are made here, so a bad one is a fault of the caller."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name:
        raise ValueError(f"no name of a file in a place: {name!r}")
    return name


class FolderPlace:
    """A folder of this machine."""

    def __init__(self, spec: PlaceSpec) -> None:
        self.spec, self._root = spec, Path(spec.root) / spec.prefix

    def prepare(self) -> None:
        """See `Place`."""
        with _translated(self.spec, "making the folder"):
            self._root.mkdir(parents=True, exist_ok=True)

    def holds(self, path: Path, name: str) -> bool | None:
        """See `Place`."""
        target = self._root / _checked(name)
        with _translated(self.spec, f"reading {name}"):
            return checksums(target)["sha256"] == checksums(path)["sha256"] if target.is_file() else None

    def put_file(self, path: Path, name: str) -> None:
        """See `Place`."""
        target = self._root / _checked(name)
        with _translated(self.spec, f"writing {name}"):
            self._still_there()
            if self.holds(path, name):
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f".{target.name}.new")
            with path.open("rb") as source, aside.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            aside.replace(target)

    def put(self, name: str, content: bytes, *, redirect: str = "") -> None:
        """See `Place`."""
        target = self._root / _checked(name)
        with _translated(self.spec, f"writing {name}"):
            self._still_there()
            target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(target, content)

    def _still_there(self) -> None:
        """A disk that was taken away must not be replaced by a folder of its name."""
        if not self._root.is_dir():
            raise PlaceError(self.spec.shown, "writing", "the folder is gone")

    def get(self, name: str) -> bytes | None:
        """See `Place`."""
        with _translated(self.spec, f"reading {name}"):
            try:
                return (self._root / _checked(name)).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def fetch(self, name: str, path: Path) -> None:
        """See `Place`."""
        with _translated(self.spec, f"reading {name}"):
            shutil.copyfile(self._root / _checked(name), path)

    def names(self, folder: str = "") -> list[str]:
        """See `Place`."""
        with _translated(self.spec, "listing the folder"):
            try:
                where = self._root / _checked(folder) if folder else self._root
                return sorted(p.name for p in where.iterdir() if not p.name.startswith("."))
            except (FileNotFoundError, NotADirectoryError):
                return []

    def remove(self, folder: str) -> bool:
        """See `Place`."""
        with _translated(self.spec, f"removing {folder}"):
            target = self._root / _checked(folder)
            if not target.is_dir():
                return False
            gone = target.with_name(f".{target.name}.gone")
            shutil.rmtree(gone, ignore_errors=True)
            target.rename(gone)
            shutil.rmtree(gone)
            return True


class BucketPlace:
    """A bucket that speaks the S3 API."""

    def __init__(self, spec: PlaceSpec) -> None:
        self.spec = spec
        try:
            from s3fs import S3FileSystem
        except ImportError:
            raise PlaceError(spec.shown, "opening", "the package s3fs is not installed (entrepot[s3])") from None
        key = spec.login.get("access_key") or None
        client = {"region_name": spec.region} if spec.region else {}
        self._store = S3FileSystem(
            key=key,
            secret=spec.login.get("secret_key") or None,
            endpoint_url=spec.endpoint or None,
            client_kwargs=client,
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self._more = {"ACL": spec.acl} if spec.acl else {}

    def _key(self, name: str) -> str:
        return f"{self.spec.root}/{_joined(self.spec.prefix, _checked(name))}"

    def prepare(self) -> None:
        """See `Place`."""
        with _translated(self.spec, "making the bucket"):
            if not self._store.exists(self.spec.root):
                # Amazon wants no constraint for its first region, and one for all others.
                where = {"LocationConstraint": self.spec.region}
                more = {} if self.spec.region in ("", "us-east-1") else {"CreateBucketConfiguration": where}
                self._store.call_s3("create_bucket", Bucket=self.spec.root, **more)
            if self.spec.website:
                site = {"IndexDocument": {"Suffix": "index.html"}}
                self._store.call_s3("put_bucket_website", Bucket=self.spec.root, WebsiteConfiguration=site)

    def holds(self, path: Path, name: str) -> bool | None:
        """See `Place`."""
        with _translated(self.spec, f"reading {name}"):
            return self._same(self._key(name), checksums(path))

    def put_file(self, path: Path, name: str) -> None:
        """See `Place`."""
        key, known = self._key(name), checksums(path)
        with _translated(self.spec, f"writing {name}"):
            if self._same(key, known):
                return
            self._store.put_file(str(path), key, Metadata={"sha256": known["sha256"]}, **self._more)

    def _same(self, key: str, known: Mapping[str, Any]) -> bool | None:
        try:
            facts = self._store.info(key)
        except FileNotFoundError:
            return None
        if facts.get("size") != known["size"]:
            return False
        return bool(self._store.metadata(key).get("sha256") == known["sha256"])

    def put(self, name: str, content: bytes, *, redirect: str = "") -> None:
        """See `Place`."""
        more = {**self._more, "Metadata": {"sha256": hashlib.sha256(content).hexdigest()}}
        if redirect and self.spec.website:
            more["WebsiteRedirectLocation"] = redirect
        with _translated(self.spec, f"writing {name}"):
            self._store.pipe_file(self._key(name), content, ContentType="application/json", **more)

    def get(self, name: str) -> bytes | None:
        """See `Place`."""
        with _translated(self.spec, f"reading {name}"):
            try:
                return bytes(self._store.cat_file(self._key(name)))
            except FileNotFoundError:
                return None

    def fetch(self, name: str, path: Path) -> None:
        """See `Place`."""
        with _translated(self.spec, f"reading {name}"):
            self._store.get_file(self._key(name), str(path))

    def names(self, folder: str = "") -> list[str]:
        """See `Place`."""
        key = self._key(folder) if folder else f"{self.spec.root}/{self.spec.prefix}".rstrip("/")
        with _translated(self.spec, "listing the bucket"):
            try:
                found = self._store.ls(key, detail=False, refresh=True)
            except FileNotFoundError:
                return []
        return sorted({str(path).rstrip("/").rpartition("/")[2] for path in found if str(path).rstrip("/") != key})

    def remove(self, folder: str) -> bool:
        """See `Place`."""
        key = self._key(folder)
        with _translated(self.spec, f"removing {folder}"):
            if not self._store.find(key):
                return False
            self._store.rm(key, recursive=True)
            return True
