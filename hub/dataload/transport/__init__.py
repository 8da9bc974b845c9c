"""Transports: how one file comes from a URL to a path, whole or not at all.

`Transports` is the door: ``Transports(options).fetch(url, path)``. A new kind of URL is a class with the three methods
of `Transport` and a call of `register`.
"""

from hub.dataload.transport.port import RemoteFile, Transport, TransportOptions, Watch
from hub.dataload.transport.registry import Transports, known_schemes, register

__all__ = ["RemoteFile", "Transport", "TransportOptions", "Transports", "Watch", "known_schemes", "register"]
