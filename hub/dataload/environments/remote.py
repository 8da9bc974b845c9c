"""A plugin whose code runs in an environment of its own: its functions are stand-ins that run the real ones there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hub.dataload.environments.making import Environment
from hub.dataload.environments.process import values
from hub.dataload.environments.request import Request
from hub.dataload.manifest import FunctionRef
from hub.dataload.plugin import Plugin


@dataclass
class RemotePlugin(Plugin):
    """A manifest plugin with an environment.

    Attributes:
        environment: where its code runs.
        snapshot: the configuration, as it goes there.
    """

    environment: Environment | None = None
    snapshot: dict[str, Any] = field(default_factory=dict)

    def check(self) -> None:
        """Import all its code there.

        Raises:
            hub.dataload.environments.process.PluginProcessError: something does not import.
        """
        list(self._values(Request("check", str(self.folder), self.snapshot)))

    def function(self, ref: FunctionRef) -> Callable[..., Any]:
        """A stand-in for a function that the manifest names."""
        call = ref.key.rpartition(".")[2]
        return {
            "parser": self._parser,
            "release": self._release,
            "mapping": self._mapping,
            "parallelizer": self._parallelizer,
        }[call](ref)

    def _parser(self, ref: FunctionRef) -> Callable[..., Iterator[Any]]:
        def parse(*arguments: Any, **options: Any) -> Iterator[Any]:
            return self._values(self._request("parser", ref, arguments, options))

        return parse

    def _release(self, ref: FunctionRef) -> Callable[[Any], Any]:
        def release(dumper: Any) -> Any:
            current = dict(dumper.env.current) if dumper.env.current else None
            return self._one(self._request("release", ref, (), {"current": current}))

        return release

    def _mapping(self, ref: FunctionRef) -> Callable[[Any], Any]:
        def mapping(cls: Any) -> Any:
            return self._one(self._request("mapping", ref))

        return mapping

    def _parallelizer(self, ref: FunctionRef) -> Callable[[Any], Any]:
        def parallelizer(uploader: Any) -> Any:
            return self._one(self._request("parallelizer", ref, (), {"data_folder": uploader.data_folder}))

        return parallelizer

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _request(
        self, call: str, ref: FunctionRef, arguments: tuple[Any, ...] = (), options: dict[str, Any] | None = None
    ) -> Request:
        sub = self._section_of(ref)
        return Request(call, str(self.folder), self.snapshot, ref, sub, arguments, options or {})

    def _section_of(self, ref: FunctionRef) -> str:
        assert self.manifest is not None
        key = ref.key.rpartition(".")[0]
        return next((section.name for section in self.manifest.uploaders if section.key == key), self.name)

    def _one(self, request: Request) -> Any:
        return next(iter(list(self._values(request))), None)

    def _values(self, request: Request) -> Iterator[Any]:
        assert self.environment is not None
        sub = request.sub or self.name
        source = sub if sub == self.name else f"{self.name}.{sub}"
        return values(self.name, source, self.environment, request)
