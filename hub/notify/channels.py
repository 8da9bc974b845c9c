"""The ways out: a web address, Slack, mail. Each is made of one entry of the setting ``NOTIFIERS``; sending blocks."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from hub.config.secret import Secret
from hub.notify.errors import NotifierSettingError, NotSentError
from hub.notify.notice import Notice

SECONDS = 20  #: for one try
COLOURS = {logging.WARNING: "warning", logging.ERROR: "danger", logging.CRITICAL: "danger"}


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """What logs call it; no secret is in it."""

    def send(self, notice: Notice, hub: str) -> None:
        """Send a notice.

        Args:
            notice: what.
            hub: name of the hub, which people see.

        Raises:
            NotSentError: why it did not get through.
        """


@dataclass(frozen=True)
class Webhook:
    """Posts JSON: ``hub``, ``event``, ``at``, ``level``, ``subject``, ``text``, ``data``."""

    url: Secret

    @property
    def name(self) -> str:
        """For logs; an address may hold a secret in its path."""
        return f"webhook {urlsplit(self.url.reveal()).hostname}"

    def body(self, notice: Notice, hub: str) -> dict[str, Any]:
        """What is posted."""
        return {
            "hub": hub,
            "event": notice.event,
            "at": notice.at.isoformat(),
            "level": logging.getLevelName(notice.level),
            "subject": notice.subject,
            "text": notice.text,
            "data": {key: value for key, value in notice.data.items() if key != "document"},
        }

    def send(self, notice: Notice, hub: str) -> None:
        """See `Channel.send`."""
        import orjson

        body = orjson.dumps(self.body(notice, hub), default=str, option=orjson.OPT_NON_STR_KEYS)
        headers = {"Content-Type": "application/json"}
        try:
            answer = requests.post(
                self.url.reveal(), data=body, headers=headers, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NotSentError(self.name, type(error).__name__) from None
        if answer.status_code >= 300:
            raise NotSentError(self.name, f"status {answer.status_code}")


@dataclass(frozen=True)
class Slack(Webhook):
    """Posts what Slack and the services that imitate it take: an attachment coloured by level, and mentions.

    Attributes:
        mentions: names by the level from which they are mentioned.
    """

    mentions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """For logs."""
        return f"slack {urlsplit(self.url.reveal()).hostname}"

    def body(self, notice: Notice, hub: str) -> dict[str, Any]:
        """What is posted."""
        names = dict.fromkeys(n for level, some in self.mentions.items() if notice.level >= level for n in some)
        return {
            "text": " ".join(f"<@{name}>" for name in names),
            "attachments": [
                {
                    "color": COLOURS.get(notice.level, "good"),
                    "title": f"{hub}: {notice.title}",
                    "text": notice.text,
                    "fallback": f"{hub}: {notice.title} {notice.text}".strip(),
                    "ts": int(notice.at.timestamp()),
                }
            ],
        }


@dataclass(frozen=True)
class Mail:
    """Sends a mail.

    Attributes:
        to: addresses.
        sender: address it comes from.
        host, port: of the mail server.
        security: ``starttls``, ``tls`` or ``none``.
        user, password: for the server, when it asks.
    """

    to: tuple[str, ...]
    sender: str
    host: str = "localhost"
    port: int = 25
    security: str = "none"
    user: str = ""
    password: Secret | None = None

    @property
    def name(self) -> str:
        """For logs."""
        return f"mail to {', '.join(self.to)}"

    def send(self, notice: Notice, hub: str) -> None:
        """See `Channel.send`."""
        message = EmailMessage()
        message["Subject"] = f"[{hub}] {notice.title}".replace("\r", " ").replace("\n", " ")
        message["From"], message["To"] = self.sender, ", ".join(self.to)
        message["Date"], message["Message-ID"] = format_datetime(notice.at), make_msgid(domain="hub")
        level = logging.getLevelName(notice.level)
        message.set_content(f"{notice.text}\n\n{level}, {notice.at.isoformat(timespec='seconds')}\n")
        try:
            self._deliver(message)
        except (smtplib.SMTPException, OSError) as error:
            raise NotSentError(self.name, str(error)) from None

    def _deliver(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        with server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password.reveal() if self.password else "")
            server.send_message(message)


def channel_of(entry: Mapping[str, Any], place: str) -> Channel:
    """The channel of an entry.

    Args:
        entry: ``kind`` and what it needs.
        place: where it stands, for messages.

    Raises:
        NotifierSettingError: something is missing, unknown or of the wrong type.
    """
    given = dict(entry)
    kind = given.pop("kind", None)
    if kind in ("webhook", "slack"):
        url = given.pop("url", None)
        if not isinstance(url, str) or urlsplit(Secret(url).reveal()).scheme not in ("http", "https"):
            raise NotifierSettingError(place, "`url` must be an http or https address")
        _nothing_else(given, place, ["kind", "url", "mentions"] if kind == "slack" else ["kind", "url"], ["mentions"])
        if kind == "webhook":
            return Webhook(Secret(url))
        return Slack(Secret(url), mentions_of(given.get("mentions") or []))
    if kind == "mail":
        return _mail(given, place)
    raise NotifierSettingError(place, f"`kind` must be `mail`, `slack` or `webhook`, not {kind!r}")


def _mail(given: dict[str, Any], place: str) -> Mail:
    to = given.pop("to", None)
    to = [to] if isinstance(to, str) else to
    if not isinstance(to, list) or not to or not all(isinstance(a, str) and "@" in a for a in to):
        raise NotifierSettingError(place, "`to` must be an address or a list of addresses")
    known = ["sender", "host", "port", "security", "user", "password"]
    _nothing_else(given, place, ["kind", "to", *known], known)
    if given.get("security", "none") not in ("none", "starttls", "tls"):
        raise NotifierSettingError(place, "`security` must be `none`, `starttls` or `tls`")
    if not isinstance(given.get("port", 25), int):
        raise NotifierSettingError(place, "`port` must be a number")
    if given.get("password"):
        given["password"] = Secret(given["password"])
    return Mail(tuple(to), given.pop("sender", to[0]), **given)


def _nothing_else(given: Mapping[str, Any], place: str, shown: list[str], known: list[str]) -> None:
    for key in given:
        if key not in known or key not in shown:
            raise NotifierSettingError(place, f"unknown key `{key}`; there are {', '.join(shown)}")


def mentions_of(value: Any) -> dict[int, tuple[str, ...]]:
    """``SLACK_MENTIONS``: a name, names (from ERROR up), or names by number of level."""
    if isinstance(value, str):
        return {logging.ERROR: (value,)}
    if isinstance(value, Mapping):
        return {int(level): tuple(names) for level, names in value.items()}
    return {logging.ERROR: tuple(value)} if value else {}
