"""The dumper of files that a command makes inside a container."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.dataload.dumper.container_engine import Container, connect
from hub.dataload.dumper.container_source import ContainerSource
from hub.dataload.dumper.errors import ContainerError, DumperException
from hub.dataload.dumper.making import MakingDumper


class DockerContainerDumper(MakingDumper):
    """Runs a command in a container, then takes the file that it made.

    The one URL of ``SRC_URLS`` says how: ``docker://<connection>?image=...&path=...&dump_command=...``; see
    `hub.dataload.dumper.container_source.ContainerSource` and ``docs/containers.md``. The release is what the version
    command prints, or the time. A container that was there before is put back into its former state; one that was made
    for the dump is removed, unless ``keep_container`` is set.
    """

    SRC_URLS: list[str] = []
    MAX_PARALLEL_DUMP = 1

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.container: Container | None = None

    @property
    def url(self) -> str:
        """The URL of the source.

        Raises:
            DumperException: there is not exactly one.
        """
        urls: Any = self.SRC_URLS
        if not isinstance(urls, list | tuple) or len(urls) != 1:
            raise DumperException(f"`{self.src_name}`: SRC_URLS of a container source is a list of one docker URL.")
        return str(urls[0])

    @property
    def origin(self) -> str:
        """The URL."""
        return self.url

    def prepare_client(self) -> None:
        """Connect to the engine that the URL names."""
        connection = ContainerSource.of(self.src_name, self.url).connection
        self.client = connect(self.src_name, connection, self.env.docker_config, self.env.docker_host)

    def release_client(self) -> None:
        """Keep the connection for as long as the container is needed."""
        if self.container is None and self._client is not None:
            self._client.close()
            self._client = None

    def unprepare(self) -> None:
        """Put the container back, then close the connection."""
        container, self.container = self.container, None
        try:
            if container is not None:
                container.close()
        finally:
            super().unprepare()

    def create_todump_list(self, force: bool = False, **kwargs: Any) -> Any:
        """Run the command and find out the release. The look at the start of the hub runs nothing once there is one."""
        if self.env.only_new and not force and self.current_release:
            self.release = self.current_release
            return
        self.container = container = Container(self.client, self.src_name, self.url, self.env.ctx.check)
        container.open()
        self.logger.info("`%s`: runs `%s`", self.src_name, container.source.dump_command)
        container.run(container.source.dump_command)
        self.set_release()

    def set_release(self) -> None:
        """Release from the version command, or the time."""
        assert self.container is not None
        try:
            self.release = self.container.version()
        except ContainerError as error:
            self.logger.warning("%s The time is the release.", error)
        self.release = self.release or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def ALWAYS_NEW(self) -> bool:  # type: ignore[override]  # noqa: N802 - the name of the class attribute
        """Whether the file is another than the one on record, also under the same release."""
        if self.container is None or self.release != self.current_release:
            return False
        local = Path(self.current_data_folder or "", Path(self.container.source.path).name)
        modified = self.container.modified()
        return modified is None or not local.exists() or int(local.stat().st_mtime) != modified

    def make_files(self, folder: Path) -> None:
        """Take the file out of the container."""
        assert self.container is not None
        self.container.fetch(folder)
