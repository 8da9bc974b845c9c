"""A command of the command line, run by the hub that is at work on the home."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from hub import errors
from hub.commands import Command
from hub.commands.page import Page
from hub.config import Secret, Settings
from hub.config.secret import reveal

POLL_SECONDS = 0.3
PATIENCE = 60.0  #: seconds that the hub has to answer, beside those that a command is told to wait


class HubAnswerError(errors.HubError, errors.Permanent):
    """The running hub answered with an error."""

    def __init__(self, text: str, code: int) -> None:
        self.code = code
        self.exit_code = 2 if code in (400, 404) else 3 if code in (401, 403) else 1
        super().__init__(text)


class ConsoleOnlyError(errors.Refused):
    """A command that no program may give to a running hub."""

    def __init__(self, command: str, home: Path) -> None:
        self.command, self.home = command, home
        super().__init__(
            f"a hub runs on {home}, and `{command}` reaches it from its console only (`ssh -p PORT admin@HOST`). "
            "Run it there, or stop the hub first."
        )


class HubUnreachableError(errors.HubError, errors.Passing):
    """A hub holds the home, but its REST port does not answer."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(
            f"a hub runs on this home, but {url} does not answer. Is its port another one? Give HUB_API_PORT."
        )


def run_remotely(settings: Settings, command: Command, values: dict[str, Any]) -> Any:
    """Send a command through the REST API and wait for its result; blocks.

    Args:
        settings: of the home.
        command: which one; it has a REST path.
        values: its arguments.

    Raises:
        HubAnswerError: the command failed there.
        HubUnreachableError: the hub does not answer.
    """
    from hub.server import api_token, written_address

    base = written_address(settings)
    path = command.path
    rest = {name: reveal(value) if isinstance(value, Secret) else value for name, value in values.items()}
    for name in list(rest):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", quote(str(rest.pop(name)), safe=""))
    headers = {"Authorization": f"Bearer {reveal(settings['HUB_API_KEY']) or api_token(settings)}"}
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(headers)
        sent: dict[str, Any] = {"params": rest} if command.method == "GET" else {"json": rest}
        waits = float(rest.get("seconds") or 0)
        answer = _ask(session, command.method, base + path, timeout=PATIENCE + waits, **sent)
        if not command.starts_job:
            return answer
        while not answer["is_done"]:
            time.sleep(POLL_SECONDS)
            answer = _ask(session, "GET", f"{base}/command/{answer['id']}")
    if answer["failed"]:
        raise HubAnswerError(str(answer["results"][0]), answer.get("code", 500))
    if "outcome" in answer:
        return answer["outcome"]
    return answer["results"][0] if len(answer["results"]) == 1 else answer["results"]


def _ask(session: requests.Session, method: str, url: str, timeout: float = PATIENCE, **sent: Any) -> Any:
    try:
        answer = session.request(method, url, timeout=timeout, **sent)
    except requests.ConnectionError:
        raise HubUnreachableError(url) from None
    body = answer.json()
    if body["status"] != "ok":
        raise HubAnswerError(body["error"], body.get("code", answer.status_code))
    part, result = body.get("page"), body["result"]
    return Page(result, **part) if part and isinstance(result, list) else result
