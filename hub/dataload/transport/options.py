"""The options of downloads by name, as in ``dumper.options`` of a manifest: what may be given, and what it sets."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from hub.dataload.transport import retry_text
from hub.dataload.transport.port import TransportOptions
from hub.errors import BadArgument

FTP_METHODS = ("default", "multicwd", "nocwd", "singlecwd")
NEW_HOSTS = ("reject", "accept", "add")


class OptionError(BadArgument, ValueError):
    """A download option that does not exist, or a value that it cannot have."""

    def __init__(self, name: str, why: str, nearest: str | None = None) -> None:
        self.name, self.why, self.nearest = name, why, nearest
        hint = f" Did you mean `{nearest}`?" if nearest else ""
        super().__init__(f"download option `{name}`: {why}{hint}")


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        name: its name.
        read: gives the value that is used, or raises `ValueError` or `TypeError` with the reason.
        sets: field of `TransportOptions`; empty when it is for somebody else.
        default: shown in the docs.
        meaning: shown in the docs.
    """

    name: str
    read: Callable[[Any], Any]
    sets: str
    default: str
    meaning: str


def _flag(value: Any) -> bool:
    if value in (True, 1, "true", "1"):
        return True
    if value in (False, 0, "false", "0"):
        return False
    raise ValueError(f"must be true or false, not {value!r}")


def _seconds(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"must be a whole number of seconds, 0 for off, not {value!r}")
    return value


def _path(value: Any) -> str:
    if not isinstance(value, str | os.PathLike) or not str(value):
        raise ValueError(f"must be the path of a file, not {value!r}")
    return str(Path(value).expanduser())


def _service(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith(("http://", "https://")):
        raise ValueError(f"must be a URL, `https://host`, not {value!r}")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be a name, not {value!r}")
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = value.lower() if isinstance(value, str) else value
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {value!r}")
        return str(text)

    return read


OPTIONS = {
    o.name: o
    for o in (
        Option(
            "stop_condition",
            retry_text.stop_condition,
            "stop",
            "DOWNLOAD_RETRY",
            "When to give up on a file: an expression of tenacity's stop conditions, `stop_after_attempt(3)`.",
        ),
        Option(
            "wait_policy",
            retry_text.wait_policy,
            "wait",
            "DOWNLOAD_RETRY",
            "Seconds between two tries: an expression of tenacity's wait policies, `wait_fixed(3)`.",
        ),
        Option(
            "retry_permanent",
            _flag,
            "retry_permanent",
            "false",
            "Try again also after answers that look permanent (404, a refused log-in, a bad certificate).",
        ),
        Option("skip_check_uncompress", _flag, "", "false", "Do not test whether downloaded archives are whole."),
        Option("ssl_verifyhost", _flag, "verify_host", "true", "Check the host name against the certificate."),
        Option("ssl_verifypeer", _flag, "verify", "true", "Check by whom the certificate was issued."),
        Option(
            "ssl_server_cert", _path, "server_cert", "the system's", "PEM file with the certificates to trust instead."
        ),
        Option("tcp_keepalive", _seconds, "tcp_keepalive", "0", "Seconds between probes of an idle connection."),
        Option(
            "ftp_method",
            _one_of(FTP_METHODS),
            "ftp_method",
            "default",
            "How a file is reached over FTP: `nocwd` and `default` by its path, `singlecwd`, `multicwd` step by step.",
        ),
        Option("ssh_hosts_file", _path, "ssh_hosts_file", "~/.ssh/known_hosts", "Known host keys of SFTP servers."),
        Option(
            "ssh_new_host",
            _one_of(NEW_HOSTS),
            "ssh_new_host",
            "reject",
            "Unknown SFTP hosts: `reject`, `accept`, or `add` them to the file.",
        ),
        Option("ssh_key", _path, "ssh_key", "none", "File of the private key to log in with at SFTP servers."),
        Option("ssh_agent", _flag, "ssh_agent", "false", "Use the keys of a running SSH agent."),
        Option(
            "store_endpoint",
            _service,
            "store_endpoint",
            "the usual one",
            "URL of the service that `s3:`, `gs:` and `abfs:` URLs mean.",
        ),
        Option("store_region", _name, "store_region", "us-east-1", "Region of that service."),
        Option(
            "store_environment",
            _flag,
            "store_environment",
            "false",
            "Log in at object stores as the hub's own environment says (`AWS_ACCESS_KEY_ID`, `~/.aws`, a role).",
        ),
        Option("allow_redirections", _flag, "allow_redirections", "true", "Follow HTTP redirects."),
    )
}


def problems(given: Any) -> Iterator[OptionError]:
    """What is wrong with options, each by itself."""
    if not isinstance(given, Mapping):
        yield OptionError("options", f"must be an object of options, not {given!r}")
        return
    for name, value in given.items():
        option = OPTIONS.get(str(name))
        if option is None:
            near = difflib.get_close_matches(str(name), OPTIONS, n=1, cutoff=0.5)
            yield OptionError(str(name), f"there is no such option. There are: {', '.join(OPTIONS)}.", *near)
            continue
        try:
            option.read(value)
        except (ValueError, TypeError) as error:
            yield OptionError(option.name, str(error))


def applied(
    options: TransportOptions, given: Mapping[str, Any], cancel: retry_text.Event | None = None
) -> TransportOptions:
    """The options with those of ``given`` set.

    Args:
        options: what to start from.
        given: options by name.
        cancel: what ``cancel`` means in a stop condition.

    Raises:
        OptionError: the first thing that is wrong.
    """
    for problem in problems(given):
        raise problem
    known = {f.name for f in fields(TransportOptions)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        option = OPTIONS[name]
        if name == "stop_condition":
            values["stop"] = retry_text.stop_condition(value, cancel)
        elif option.sets in known:
            values[option.sets] = option.read(value)
    return replace(options, **values)
