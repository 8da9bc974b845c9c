"""What a ``docker://`` URL says: which connection, which container, which command makes which file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from hub.dataload.dumper.errors import DumperException

_TRUE = {"true", "yes", "1", "y"}
_KNOWN = (
    "image tag path dump_command container_name keep_container get_version_cmd volumes named_volumes".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class ContainerSource:
    """A source whose file is made inside a container.

    Attributes:
        connection: name in ``DOCKER_CONFIG``.
        image: image with its tag, or empty.
        container_name: container to use, or to make under this name; empty for a new one without a name of its own.
        path: the file inside the container.
        dump_command: shell command that makes it; ends when the file is complete.
        get_version_cmd: shell command that prints the release, with the path in place of ``{}``; empty for the time.
        keep_container: leave a container that was made for the dump.
        volumes: as the engine's client takes them.
        named_volumes: volumes to make first, as arguments of the engine's client.
    """

    connection: str
    image: str = ""
    container_name: str = ""
    path: str = ""
    dump_command: str = ""
    get_version_cmd: str = ""
    keep_container: bool = False
    volumes: Any = None
    named_volumes: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, source: str, url: str, labels: Mapping[str, str] | None = None) -> Self:
        """Read a URL; what it leaves open is taken from the labels of the image or container.

        Args:
            source: for messages.
            url: ``docker://<connection>?image=...&path=...&dump_command=...``.
            labels: labels, or None to read the URL alone, which may then be incomplete.

        Raises:
            DumperException: a parameter is missing, unknown or unreadable.
        """
        parts = urlsplit(url)
        given = {key: _unquoted(values[-1]) for key, values in parse_qs(parts.query).items()}
        for key in given.keys() - set(_KNOWN):
            raise DumperException(f"`{source}`: the docker URL has a parameter `{key}`. Known: {', '.join(_KNOWN)}.")
        found = {**{k: v for k, v in (labels or {}).items() if k in _KNOWN and v}, **given}
        image = given.get("image", "")
        if not image and not found.get("container_name"):
            raise DumperException(f"`{source}`: the docker URL names neither `image` nor `container_name`. Add one.")
        made = cls(
            connection=parts.netloc,
            image=f"{image}:{given.get('tag', 'latest')}" if image else "",
            container_name=found.get("container_name", ""),
            path=found.get("path", ""),
            dump_command=found.get("dump_command", ""),
            get_version_cmd=found.get("get_version_cmd", ""),
            keep_container=found.get("keep_container", "").lower() in _TRUE,
            volumes=_json(source, "volumes", found.get("volumes")),
            named_volumes=_volumes(source, found.get("named_volumes")),
        )
        if labels is not None:
            made._check(source)
        return made

    def _check(self, source: str) -> None:
        for key in ("path", "dump_command"):
            if not getattr(self, key):
                raise DumperException(
                    f"`{source}`: `{key}` is missing. Add it to the docker URL, or as a label to the image."
                )


def _unquoted(text: str) -> str:
    """Without the quotes that authors put around a command."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _json(source: str, key: str, text: str | None) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise DumperException(f"`{source}`: `{key}` of the docker URL is no JSON: {error}.") from None


def _volumes(source: str, text: str | None) -> tuple[Mapping[str, Any], ...]:
    value = _json(source, "named_volumes", text)
    wanted = value if isinstance(value, list) else [value] if value else []
    for volume in wanted:
        if not isinstance(volume, dict) or not isinstance(volume.get("name"), str):
            raise DumperException(f"`{source}`: each of `named_volumes` is an object with a `name`, not {volume!r}.")
    return tuple(wanted)
