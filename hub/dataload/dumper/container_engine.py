"""Connections to a container engine, and one container for the time of a dump."""

from __future__ import annotations

import io
import shlex
import tarfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.dataload.dumper.container_source import ContainerSource
from hub.dataload.dumper.errors import ContainerError, DumperException
from hub.dataload.transport.names import masked

SCHEMES = ("tcp", "unix", "http", "https", "ssh")
WEEK = 7 * 24 * 3600
KEPT_OUTPUT = 20  # lines of a failing command that its error shows
START_SECONDS = 300


def connect(source: str, connection: str, config: Mapping[str, Any], override: str | None) -> Any:
    """A client of the engine.

    Args:
        source: for messages.
        connection: name in ``DOCKER_CONFIG``.
        config: ``DOCKER_CONFIG``.
        override: ``DOCKER_HOST``, a name that is used instead.

    Raises:
        DumperException: the connection is unknown or incomplete, or the package ``docker`` is missing.
        ContainerError: the engine does not answer; passing.
    """
    try:
        import docker
    except ImportError:
        raise DumperException(
            f"`{source}`: the package `docker` is not installed. Run `pip install 'entrepot[docker]'`."
        ) from None
    name = override or connection
    entry = config.get(name)
    if not isinstance(entry, Mapping) or not entry.get("client_url"):
        known = ", ".join(sorted(config)) or "none"
        raise DumperException(
            f"`{source}`: DOCKER_CONFIG has no connection `{name}` with a client_url. Known: {known}."
        )
    url = str(entry["client_url"])
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise DumperException(f"`{source}`: `{masked(url)}` of DOCKER_CONFIG has none of {', '.join(SCHEMES)}.")
    tls = _tls(source, name, entry) if scheme == "https" else False
    try:
        return docker.DockerClient(base_url=url, tls=tls, timeout=WEEK, use_ssh_client=scheme == "ssh")
    except Exception as error:
        raise ContainerError(source, f"the engine at {masked(url)} does not answer: {error}") from error


def _tls(source: str, name: str, entry: Mapping[str, Any]) -> Any:
    """Certificate and key of the client; the engine's own certificate is checked where ``tls_ca_path`` is given."""
    import docker

    pair, authority = (entry.get("tls_cert_path"), entry.get("tls_key_path")), entry.get("tls_ca_path")
    if not all(pair):
        raise DumperException(f"`{source}`: connection `{name}` needs tls_cert_path and tls_key_path for https.")
    return docker.tls.TLSConfig(client_cert=pair, ca_cert=authority, verify=bool(authority))  # type: ignore[arg-type]


class Container:
    """One container, made or woken for a dump; `close` puts everything back as it was.

    Args:
        client: of the engine.
        name: of the source, for messages.
        url: the ``docker://`` URL.
        check: raises when the job is cancelled.
    """

    def __init__(self, client: Any, name: str, url: str, check: Callable[[], None]) -> None:
        self.client, self.name, self.check = client, name, check
        self.source = self._read(url)
        self.before: str | None = None
        self.volumes: list[Any] = []
        self.container: Any = None

    def _read(self, url: str) -> ContainerSource:
        """The URL with the labels of the image, or of the container where no image is named."""
        asked = ContainerSource.of(self.name, url)
        if asked.image:
            labels = self._image(asked.image).labels
        else:
            found = self._existing(asked.container_name)
            if found is None:
                raise ContainerError(self.name, f"there is no container `{asked.container_name}`; name an `image` too")
            labels = found.labels
        return ContainerSource.of(self.name, url, labels or {})

    def _image(self, image: str) -> Any:
        import docker.errors

        with _told(self.name):
            try:
                return self.client.images.get(image)
            except docker.errors.ImageNotFound:
                repository, _, tag = image.rpartition(":")
                return self.client.images.pull(repository, tag=tag)

    def _existing(self, name: str) -> Any:
        import docker.errors

        if not name:
            return None
        with _told(self.name):
            try:
                return self.client.containers.get(name)
            except docker.errors.NotFound:
                return None

    def open(self) -> None:
        """Make the container run.

        Raises:
            ContainerError: it cannot be made, or ends at once.
        """
        with _told(self.name):
            self.container = self._existing(self.source.container_name)
            if self.container is not None:
                self.before = self.container.status
                if self.before == "paused":
                    self.container.unpause()
                elif self.before != "running":
                    self.container.start()
            else:
                self._make()
            self._wait()

    def _make(self) -> None:
        import docker.errors

        for volume in self.source.named_volumes:
            try:
                self.client.volumes.get(volume["name"])
            except docker.errors.NotFound:
                self.volumes.append(self.client.volumes.create(**volume))
        options: dict[str, Any] = {"volumes": self.source.volumes} if self.source.volumes else {}
        if self.source.container_name:
            options["name"] = self.source.container_name
        self.container = self.client.containers.create(
            self.source.image, entrypoint=["tail", "-f", "/dev/null"], detach=True, **options
        )
        self.container.start()

    def _wait(self) -> None:
        waited = threading.Event()
        for _ in range(START_SECONDS):
            self.container.reload()
            if self.container.status in ("running", "exited", "dead"):
                break
            self.check()
            waited.wait(1)
        if self.container.status != "running":
            raise ContainerError(self.name, f"the container `{self.container.name}` is {self.container.status}")

    def run(self, command: str) -> str:
        """Run a shell command to its end; cancelling the job ends the waiting.

        Returns:
            The end of its output.

        Raises:
            ContainerError: it did not end with 0.
        """
        from docker.utils.socket import frames_iter

        api = self.client.api
        with _told(self.name):
            execution = api.exec_create(self.container.id, ["sh", "-c", command])["Id"]
            socket = api.exec_start(execution, socket=True)
            try:
                reader = _Reader(frame for _, frame in frames_iter(socket, tty=False))  # type: ignore[no-untyped-call]
                while not reader.ended.wait(1):
                    self.check()
                reader.result()
            finally:
                socket._response.close()
                socket.close()
            code = api.exec_inspect(execution)["ExitCode"]
        if code != 0:
            raise ContainerError(self.name, f"`{command}` ended with code {code}: {reader.text.strip() or 'no output'}")
        return reader.text

    def version(self) -> str:
        """What the version command prints; empty without one or when it fails."""
        command = self.source.get_version_cmd.replace("{}", shlex.quote(self.source.path))
        return self.run(command).strip() if command else ""

    def modified(self) -> int | None:
        """Seconds since the epoch of the file's last change; None when the container cannot tell."""
        try:
            return int(self.run(f"stat -c %Y {shlex.quote(self.source.path)}"))
        except (ContainerError, ValueError):
            return None

    def fetch(self, folder: Path) -> None:
        """Write the file, or the folder, that the command made into ``folder``.

        Raises:
            ContainerError: it is not there, or empty.
        """
        with _told(self.name):
            stream, _ = self.container.get_archive(self.source.path)
            with tarfile.open(fileobj=_Stream(stream, self.check), mode="r|") as members:
                members.extractall(folder, filter="data")
        files = [p for p in folder.rglob("*") if p.is_file()]
        for file in files:
            if file.stat().st_size == 0:
                raise ContainerError(self.name, f"`{file.relative_to(folder)}` that the command made is empty")
        if not files:
            raise ContainerError(self.name, f"`{self.source.path}` that the command made holds no file")

    def close(self) -> None:
        """Put a container that was there back into its state; remove one that was made, unless it is to be kept."""
        container, self.container = self.container, None
        if container is None:
            return
        with _told(self.name):
            if self.before is None:
                if not self.source.keep_container:
                    container.remove(force=True)
                    for volume in self.volumes:
                        volume.remove()
            elif self.before == "paused":
                container.pause()
            elif self.before != "running":
                container.stop()


class _Reader(threading.Thread):
    """Reads the output of a command, and keeps its end."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        super().__init__(daemon=True, name="container output")
        self.stream, self.ended = stream, threading.Event()
        self.kept: deque[bytes] = deque(maxlen=KEPT_OUTPUT)
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Read to the end."""
        rest = b""
        try:
            for chunk in self.stream:
                *lines, rest = (rest + chunk).split(b"\n")
                self.kept.extend(lines)
                rest = rest[-10_000:]
        except Exception as error:
            self.error = error
        finally:
            self.kept.append(rest)
            self.ended.set()

    def result(self) -> None:
        """Raise what reading raised."""
        if self.error is not None:
            raise self.error

    @property
    def text(self) -> str:
        """The last lines."""
        return b"\n".join(self.kept).decode("utf-8", "replace")


class _Stream(io.RawIOBase):
    """The engine's chunks as a file that tarfile can read."""

    def __init__(self, chunks: Iterator[bytes], check: Callable[[], None]) -> None:
        self.chunks, self.check, self.rest = chunks, check, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        while not self.rest:
            self.check()
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.rest = chunk
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


class _told:  # noqa: N801 - reads as a sentence in `with`
    """Errors of the engine and its client as `ContainerError`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        import docker.errors
        import requests

        if isinstance(error, docker.errors.APIError):
            raise ContainerError(self.name, str(error.explanation or error)) from error
        if isinstance(error, docker.errors.DockerException | requests.RequestException | tarfile.TarError):
            raise ContainerError(self.name, f"{type(error).__name__}: {error}") from error
