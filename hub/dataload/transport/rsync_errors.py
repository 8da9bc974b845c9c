"""From the exit codes and messages of rsync and ssh to the errors of the hub."""

from __future__ import annotations

from hub.dataload.transport.errors import (
    AccessDeniedError,
    ConnectionLostError,
    DiskFullError,
    RemoteAnswerError,
    RemoteNotFoundError,
    StalledError,
    TransportError,
)
from hub.dataload.transport.port import TransportOptions
from hub.dataload.transport.ssh_errors import ServerKeyError

_LOST = {10, 12, 13, 20, 35, 255}  # sockets, protocol stream, diagnostics, signals, connect time, ssh


def check(url: str, code: int, told: bytes, options: TransportOptions) -> None:
    """Raise what an exit code means; nothing for 0.

    Args:
        url: what was asked for.
        code: of the program; negative for a signal.
        told: what it wrote to standard error.
        options: for the limits that are told.
    """
    if code != 0:
        raise _of(url, code, told.decode("utf-8", "replace"), options)


def _of(url: str, code: int, text: str, options: TransportOptions) -> TransportError:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("rsync error:")]
    why, low = (lines[0] if lines else text.strip() or f"exit code {code}"), text.lower()
    if "host key verification failed" in low or "host identification has changed" in low:
        key = next((line for line in lines if "SHA256:" in line), why)
        return ServerKeyError(url, key.strip(), options.ssh_hosts_file or "~/.ssh/known_hosts")
    if "auth failed" in low or "permission denied" in low or "access denied" in low:
        return AccessDeniedError(url, why)
    if "no such file" in low or "unknown module" in low or code == 24:
        return RemoteNotFoundError(url, why)
    if "no space left" in low or "disk quota" in low:
        return DiskFullError(url, why)
    if code == 30:
        return StalledError(url, options.stall)
    if code in _LOST or code < 0:
        return ConnectionLostError(url, why)
    return RemoteAnswerError(url, f"{why} (exit code {code})")
