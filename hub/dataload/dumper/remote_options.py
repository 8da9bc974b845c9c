"""What a dumper's attributes make of the options of its transports, for the whole source and for single files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hub.config.secret import Secret
from hub.dataload.dumper.errors import NoSecretError, TimeoutKeyError
from hub.dataload.transport import TransportOptions
from hub.dataload.transport.options import applied
from hub.dataload.transport.port import FileRules

if TYPE_CHECKING:
    from hub.dataload.dumper.base import BaseDumper
    from hub.dataload.file_specs import FileSpec

TIMEOUTS = ("connect", "stall", "total")


def of_dumper(dumper: BaseDumper) -> TransportOptions:
    """The run's options with those of the dumper's class.

    Raises:
        OptionError: an option does not exist or has a wrong value.
        NoSecretError: a secret is not there.
    """
    options = applied(dumper.env.options, dumper.OPTIONS, dumper.env.watch.cancelled)
    for key, value in dumper.TIMEOUT.items():
        if key not in TIMEOUTS:
            raise TimeoutKeyError(dumper.src_name, str(key), list(TIMEOUTS))
        limit: dict[str, Any] = {key: float(value)}
        options = replace(options, **limit)
    if dumper.CREDENTIALS:
        login = secret_of(dumper, dumper.CREDENTIALS)
        options = replace(options, request=replace(options.request, login=login))
    if dumper.PROXY:
        options = replace(options, proxy=replace(options.proxy, url=dumper.PROXY))
    if dumper.MAX_RATE:
        options = replace(options, traffic=replace(options.traffic, rate=float(dumper.MAX_RATE)))
    return options


def of_file(dumper: BaseDumper, options: TransportOptions, spec: FileSpec) -> FileRules:
    """What one file needs."""
    options = applied(options, spec.options, dumper.env.watch.cancelled)
    headers = {k: _maybe_secret(dumper, v) for k, v in spec.headers.items()}
    login = secret_of(dumper, spec.credentials) if spec.credentials else options.request.login
    request = replace(options.request, method=spec.method, headers=headers, data=spec.data, login=login)
    return FileRules(replace(options, request=request), spec.mirrors)


def secret_of(dumper: BaseDumper, text: str | Secret) -> Secret:
    """The secret that ``secret:NAME`` names, or the text of a Python dumper itself.

    Raises:
        NoSecretError: there is none of that name.
    """
    if isinstance(text, Secret) or not text.startswith("secret:"):
        return Secret(text)
    name = text.removeprefix("secret:")
    secrets: Mapping[str, Any] = dumper.env.secrets
    if name not in secrets:
        raise NoSecretError(dumper.src_name, name, sorted(secrets))
    return Secret(secrets[name])


def _maybe_secret(dumper: BaseDumper, text: str) -> str:
    return secret_of(dumper, text) if text.startswith("secret:") else text
