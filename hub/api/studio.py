"""The studio: plain files that are served on their own port; where they are missing, a page that says how to make them.

Nothing here knows the hub but ``hub.json``, which tells the page on which port the REST API listens. The page talks to
that API as any other web page of this machine does, and the API decides what it may.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tornado.web

from hub import __version__
from hub.accounts.place import is_loopback
from hub.api.answers import dump_json

FILES = Path(__file__).parent.parent / "studio_files"  #: what `make studio` writes, shipped with the package

#: Scripts, styles and fonts come from this port only, and nothing is run or drawn that is written in a page. Other
#: hubs than this one are asked as well, so connections are free.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: http: https:; "
    "font-src 'self'; connect-src 'self' http: https: ws: wss:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

MISSING = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The studio is not built</title>
</head>
<body>
<h1>The studio is not built</h1>
<p>Its files are not in this installation. In a clone of the repository, with Node.js 20 or newer, run</p>
<pre>make studio</pre>
<p>and load this page again. The hub itself runs; its REST API is on port {port}.</p>
</body></html>
"""


class _Secure(tornado.web.RequestHandler):
    """Headers that every answer has; names that are not this machine's are refused while bound to loopback."""

    def set_default_headers(self) -> None:
        """Security headers."""
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        self.set_header("Server", f"entrepot/{__version__}")

    def prepare(self) -> None:
        """A page that resolves its own name to this machine gets nothing."""
        if self.settings["loopback"] and not is_loopback(self.request.host_name.lower()):
            raise tornado.web.HTTPError(403, reason="unknown Host")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A line of text."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"{status_code} {self._reason}\n")


class StudioFileHandler(_Secure, tornado.web.StaticFileHandler):
    """One file. Those with a checksum in their name never change; the others are asked for each time."""

    def set_extra_headers(self, path: str) -> None:
        """How long a browser keeps it."""
        lasting = path.startswith("assets/")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache")

    def get_cache_time(self, path: str, modified: Any, mime_type: str) -> int:
        """None of tornado's own: `set_extra_headers` says it."""
        return 0


class WhereHandler(_Secure):
    """``GET /hub.json``: the port of the REST API of the hub that serves the page."""

    def get(self) -> None:
        """Where the hub is."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(dump_json({"port": self.settings["api_port"]}))


class MissingHandler(_Secure):
    """Any path while the files are missing."""

    def get(self) -> None:
        """How to make them."""
        self.set_status(503)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(MISSING.format(port=self.settings["api_port"]))


def make_studio(api_port: int, *, loopback: bool = True, files: Path = FILES) -> tornado.web.Application:
    """The application.

    Args:
        api_port: where the REST API listens.
        loopback: whether only this machine reaches it.
        files: folder of the built files.
    """
    routes: list[Any] = [(r"/hub\.json", WhereHandler)]
    if (files / "index.html").is_file():
        routes.append((r"/(.*)", StudioFileHandler, {"path": str(files), "default_filename": "index.html"}))
    else:
        routes.append((r"/.*", MissingHandler))
    return tornado.web.Application(
        routes, api_port=api_port, loopback=loopback, compress_response=True, log_function=lambda handler: None
    )
