"""Probes of idle connections."""

from __future__ import annotations

import socket


def keepalive_options(seconds: int) -> list[tuple[int, int, int]]:
    """Socket options for probes every ``seconds``, from twice as many seconds of silence on."""
    found = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    for name, value in (("TCP_KEEPIDLE", seconds * 2), ("TCP_KEEPINTVL", seconds)):
        if hasattr(socket, name):
            found.append((socket.IPPROTO_TCP, getattr(socket, name), value))
    return found
