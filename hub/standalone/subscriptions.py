"""Releases that this hub follows: from ``VERSION_URLS`` and ``STANDALONE_CONFIG``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hub.config import Settings
from hub.config.secret import reveal
from hub.errors import NotFound
from hub.search.errors import IndexNameError
from hub.search.names import check_name
from hub.search.port import SearchSpec
from hub.standalone.errors import SubscriptionError

URLS, CONFIG = "VERSION_URLS", "STANDALONE_CONFIG"
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")  #: with dots: ``something.info``
DEFAULT = "_default"


@dataclass(frozen=True)
class Subscription:
    """One followed release.

    Attributes:
        name: its name; ``release__label`` when it is installed on several hosts.
        release: the release without the label.
        url: of ``versions.json``.
        index: alias, or index, that it is served as.
        env: environment of ``INDEX_CONFIG``, when it is installed in one.
        engine: the search engine, when it is installed elsewhere.
        host: of that engine, as it is shown.
        repo_settings: what the repository of a snapshot needs besides, for Elasticsearch.
    """

    name: str
    release: str
    url: str
    index: str
    env: str = ""
    engine: SearchSpec | None = None
    host: str = ""
    repo_settings: Mapping[str, Any] = field(default_factory=dict)


def subscriptions(settings: Settings) -> dict[str, Subscription]:
    """All of them by name.

    Raises:
        SubscriptionError: an entry that can not be used.
    """
    found: dict[str, Subscription] = {}
    for entry in settings.get(URLS) or []:
        url = str(entry.get("url") if isinstance(entry, Mapping) else entry or "")
        name = str(entry.get("name") or "") if isinstance(entry, Mapping) else ""
        if urlsplit(url).scheme not in ("http", "https", "s3", "file"):
            raise SubscriptionError(URLS, url, "write the http, https, s3 or file URL of a versions.json.")
        name = name or _folder_name(url)
        if not _NAME.fullmatch(name):
            raise SubscriptionError(URLS, url, f"`{name}` can not be its name; give it one: {{'name', 'url'}}.")
        for made in _of(settings, name, url):
            if made.name in found:
                raise SubscriptionError(URLS, url, f"two releases have the name `{made.name}`.")
            found[made.name] = made
    return found


def _folder_name(url: str) -> str:
    """The folder that the file is in."""
    parts = [p for p in urlsplit(url).path.split("/") if p]
    return parts[-2] if len(parts) > 1 else (urlsplit(url).hostname or "").split(".")[0]


def _of(settings: Settings, name: str, url: str) -> list[Subscription]:
    config = settings.get(CONFIG) or {}
    written = config.get(name)
    entry: Mapping[str, Any] = {**(config.get(DEFAULT) or {}), **(written or {})}
    # An index of the default entry would be shared by all releases.
    index = _index(name, str((written or {}).get("index") or f"{name}_current".replace(".", "_").lower()))
    host = entry.get("es_host")
    settings_of_repository = dict(entry.get("repo_settings") or {})
    if not host:
        env = str(entry.get("env") or "localhub")
        return [Subscription(name, name, url, index, env=env, repo_settings=settings_of_repository)]
    hosts = {"": host} if isinstance(host, str) else dict(host)
    options = _options(entry.get("auth"))
    made = []
    for label, address in hosts.items():
        location = address if "://" in str(address) else f"http://{address}"
        full = f"{name}__{label}" if label else name
        if not _NAME.fullmatch(full):
            raise SubscriptionError(CONFIG, name, f"`{label}` can not be the name of a host.")
        spec = SearchSpec("elastic", str(location), options)
        shown = str(address).rpartition("@")[2]
        made.append(Subscription(full, name, url, index, engine=spec, host=shown, repo_settings=settings_of_repository))
    return made


def _index(name: str, index: str) -> str:
    try:
        return check_name(index)
    except IndexNameError as error:
        raise SubscriptionError(CONFIG, name, str(error)) from error


def _options(auth: Any) -> dict[str, Any]:
    if not auth:
        return {}
    if isinstance(auth, Mapping):
        user, password = auth.get("user") or auth.get("username"), auth.get("password")
    else:
        user, password = auth[0], auth[1]
    return {"basic_auth": (str(user), str(reveal(password) or ""))}


def find(settings: Settings, name: str) -> Subscription:
    """One of them.

    Raises:
        hub.errors.NotFound: there is none of that name.
    """
    known = subscriptions(settings)
    if name not in known:
        raise NotFound("release to install", name, known)
    return known[name]
