"""What may stand at the cursor: names, arguments of a command, names of sources and builds."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.commands.services import Services
from hub.console.threads import HubLoop

_CALL = re.compile(r"([^\W\d]\w*)\(([^()]*)$")
_ARGUMENT = re.compile(r"\s*(?:(\w+)\s*=\s*)?([\"']?)([\w.:@-]*)$")
CONFIGURATIONS = ("conf_name", "build_config", "build_config_name")
_WORD = re.compile(r"(?<![\w.])([^\W\d]\w*)$")


@dataclass(frozen=True)
class Candidate:
    """A text for the cursor.

    Attributes:
        text: what stands there then.
        replaces: characters before the cursor that it takes the place of.
        note: a word about it.
    """

    text: str
    replaces: int
    note: str = ""


#: Gives the names that an argument of a command may take: its name, and the command's.
Values = Callable[[str, str], Iterable[str]]


def complete(before: str, names: Mapping[str, Any], values: Values) -> Iterator[Candidate]:
    """Candidates for the end of a text.

    Args:
        before: text before the cursor.
        names: what the names stand for.
        values: see `Values`.
    """
    call = _CALL.search(before)
    if call and call[1] in names and callable(names[call[1]]):
        yield from _arguments(call[1], names[call[1]], call[2], values)
    word = _WORD.search(before)
    if word and not _in_text(before):
        for name in sorted(names):
            if name.startswith(word[1]) and not name.startswith("_"):
                yield Candidate(name, len(word[1]), "command" if hasattr(names[name], "command") else "")


def _in_text(before: str) -> bool:
    """Whether the cursor stands in a quoted text, by the quotes of its line."""
    line = before.rpartition("\n")[2]
    return bool(re.search(r"[\"']", re.sub(r"\"[^\"]*\"|'[^']*'", "", line)))


def _arguments(name: str, fn: Any, typed: str, values: Values) -> Iterator[Candidate]:
    try:
        parameters = list(inspect.signature(fn).parameters)
    except (TypeError, ValueError):
        return
    *former, current = typed.split(",")
    match = _ARGUMENT.match(current)
    if match is None:
        return
    keyword, quote, text = match.groups()
    position = len(former)
    parameter = keyword or (parameters[position] if position < len(parameters) else "")
    if quote or not text:
        mark = quote or '"'
        for value in sorted(values(name, parameter)):
            if value.startswith(text):
                yield Candidate(f"{mark}{value}{mark}", len(quote) + len(text), parameter)
    if not keyword and not quote:
        given = {part.partition("=")[0].strip() for part in former if "=" in part} | set(parameters[:position])
        for each in parameters:
            if each.startswith(text) and each not in given:
                yield Candidate(f"{each}=", len(text), "argument")


class HubValues:
    """Names of sources, build configurations, builds and jobs of a hub."""

    def __init__(self, services: Services, loop: HubLoop) -> None:
        self._services, self._loop = services, loop

    def __call__(self, command: str, parameter: str) -> list[str]:
        """See `Values`."""
        try:
            return self._loop.run("completion", self._find, command, parameter)  # type: ignore[no-any-return]
        except Exception:  # a list that cannot be had must not disturb who types
            return []

    def _find(self, command: str, parameter: str) -> list[str]:
        services = self._services
        if parameter in ("src", "source", "sources", "data_provider") or (parameter, command[:6]) == ("name", "source"):
            return list(services.sources.plugins)
        if (parameter, command) == ("build_name", "merge") or parameter in CONFIGURATIONS:
            return [c["_id"] for c in services.state.build_configs.all()]
        if parameter in ("build_name", "merge_name", "build") or (parameter, command) == ("id", "build"):
            return [str(b["_id"]) for b in services.state.builds.all()]
        if parameter == "id" and command in ("job", "cancel"):
            return [job.id for job in services.jobs.list(limit=50)]
        return []
