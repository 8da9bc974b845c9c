"""From a URL to the transport that fetches it: rewrites, allow-list, scheme, retries. The one door that dumpers use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from hub.dataload.transport.errors import DiskFullError, StoppedError, TransportError, UnknownSchemeError
from hub.dataload.transport.listing import as_asked
from hub.dataload.transport.names import scheme_of
from hub.dataload.transport.policy import with_retries
from hub.dataload.transport.port import FileRules, RemoteFile, Transport, TransportOptions, Watch

Factory = Callable[[TransportOptions], Transport]


def _http(options: TransportOptions) -> Transport:
    from hub.dataload.transport.http import HttpTransport

    return HttpTransport(options)


def _ftp(options: TransportOptions) -> Transport:
    from hub.dataload.transport.ftp import FtpTransport

    return FtpTransport(options)


def _file(options: TransportOptions) -> Transport:
    from hub.dataload.transport.file import FileTransport

    return FileTransport(options)


def _sftp(options: TransportOptions) -> Transport:
    from hub.dataload.transport.sftp import SftpTransport

    return SftpTransport(options)


def _rsync(options: TransportOptions) -> Transport:
    from hub.dataload.transport.rsync import RsyncTransport

    return RsyncTransport(options)


def _objects(options: TransportOptions) -> Transport:
    from hub.dataload.transport.objects import ObjectTransport

    return ObjectTransport(options)


def _irods(options: TransportOptions) -> Transport:
    from hub.dataload.transport.irods import IrodsTransport

    return IrodsTransport(options)


_FACTORIES: dict[str, Factory] = {
    **dict.fromkeys(("http", "https"), _http),
    **dict.fromkeys(("ftp", "ftps", "ftpes"), _ftp),
    **dict.fromkeys(("rsync", "rsync+ssh"), _rsync),
    "file": _file,
    "sftp": _sftp,
    "irods": _irods,
    **dict.fromkeys(("s3", "gs", "abfs"), _objects),
}


def register(scheme: str, factory: Factory) -> None:
    """Make URLs of ``scheme`` fetchable, or fetched differently."""
    _FACTORIES[scheme.lower()] = factory


def known_schemes() -> list[str]:
    """Schemes that can be fetched, sorted."""
    return sorted(_FACTORIES)


class Transports:
    """All transports of one dump (or of one thread of it), made when first needed.

    Args:
        options: limits and rules for all.
        factories: transports to use instead of the registered ones, by scheme.
        logger: told of retries.
        rules: what single files need, by their URL; None for files like the others.
    """

    def __init__(
        self,
        options: TransportOptions | None = None,
        factories: Mapping[str, Factory] | None = None,
        logger: logging.Logger | None = None,
        rules: Callable[[str], FileRules | None] = lambda url: None,
    ) -> None:
        self.options = options or TransportOptions()
        self.logger = logger or logging.getLogger("hub.dataload")
        self._factories = {**_FACTORIES, **(factories or {})}
        self._rules = rules
        self._open: dict[tuple[Factory, int], Transport] = {}

    def rewritten(self, url: str) -> str:
        """The URL really asked, after DATA_URL_REWRITES."""
        from hub.config.rewrites import rewrite_url

        return rewrite_url(url, self.options.rewrites) if self.options.rewrites else url

    def stat(self, url: str, watch: Watch | None = None) -> RemoteFile:
        """What the server, or else a mirror, tells of a file; passing errors are retried.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
        """
        watch = watch or Watch()

        def look(target: str, transport: Transport, options: TransportOptions) -> RemoteFile:
            return with_retries(lambda: transport.stat(target), url, options, watch, self.logger)

        return self._in_turn(url, look)

    def listdir(self, url: str, watch: Watch | None = None) -> list[RemoteFile]:
        """The files and folders of one folder, in no order; passing errors are retried.

        Each entry can be given to `stat`, `fetch` or `listdir` by its ``url``. Links may lead in circles: who descends
        keeps count.

        Raises:
            TransportError: see `hub.dataload.transport.errors`.
        """
        target, transport = self._of(url)
        watch = watch or Watch()
        with self.options.traffic.breaker.guarding(target):
            entries = with_retries(lambda: list(transport.listdir(target)), url, self.options, watch, self.logger)
        return entries if target == url else [as_asked(entry, url, target) for entry in entries]

    def fetch(self, url: str, sink: Path, watch: Watch | None = None) -> RemoteFile:
        """Fetch a file whole; passing errors are retried, each try goes on where the last one stopped.

        When the server of ``url`` is given up, its mirrors are asked.

        Raises:
            TransportError: see `hub.dataload.transport.errors`; that of ``url``, also when mirrors failed.
        """
        watch = watch or Watch()

        def bring(target: str, transport: Transport, options: TransportOptions) -> RemoteFile:
            def once() -> RemoteFile:
                with options.traffic.slot(target, watch):
                    return transport.fetch(target, sink, watch)

            return with_retries(once, url, options, watch, self.logger, str(sink))

        return self._in_turn(url, bring)

    def _in_turn(self, url: str, act: Callable[[str, Transport, TransportOptions], RemoteFile]) -> RemoteFile:
        """Act on the URL, then on its mirrors, until one answers."""
        rules = self._rules(url) or FileRules(self.options)
        first: TransportError | None = None
        places = (url, *rules.mirrors)
        for place in places:
            try:
                target, transport = self._of(place, rules.options)
                with rules.options.traffic.breaker.guarding(target):
                    return replace(act(target, transport, rules.options), url=url, effective_url=target)
            except (StoppedError, DiskFullError):
                raise
            except TransportError as error:
                first = first or error
                if place != places[-1]:
                    self.logger.warning("%s A mirror is asked.", error, extra={"action": "download_mirror"})
        assert first is not None
        raise first

    def close(self) -> None:
        """Close all connections."""
        for transport in self._open.values():
            transport.close()
        self._open.clear()

    def _of(self, url: str, options: TransportOptions | None = None) -> tuple[str, Transport]:
        target, options = self.rewritten(url), options or self.options
        scheme = scheme_of(target)
        factory = self._factories.get(scheme)
        if factory is None:
            raise UnknownSchemeError(target, scheme, sorted(self._factories))
        key = (factory, id(options))
        if key not in self._open:
            self._open[key] = factory(options)
        return target, self._open[key]
