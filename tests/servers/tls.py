"""Certificates for servers on loopback, by an authority that nobody trusts unless told."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """``server``: context of a server named 127.0.0.1 and localhost; ``authority``: file that vouches for it."""

    server: ssl.SSLContext
    authority: Path


def make_certificates(folder: Path, name: str = "127.0.0.1") -> Certificates:
    """A new authority and one certificate for ``name``."""
    ca = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    names = (name, "localhost") if name == "127.0.0.1" else (name,)
    ca.issue_cert(*names).configure_cert(context)
    authority = folder / "authority.pem"
    ca.cert_pem.write_to_path(str(authority))
    return Certificates(context, authority)
