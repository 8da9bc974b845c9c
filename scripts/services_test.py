#!/usr/bin/env python3
"""Start real servers, run the tests marked `services` on them, stop the servers.

    python scripts/services_test.py [arguments of pytest]

A server whose address is already in the environment (HUB_TEST_MONGO_URI, HUB_TEST_ES8_URL, HUB_TEST_ES9_URL) is used as
it is and left running. A server that cannot be started fails the run: a suite that did not run is never a success.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
HELPERS = ROOT / "tests" / "services"


def main(arguments: list[str]) -> int:
    """Exit code of pytest; 1 when a server did not start, 5 when no test ran."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-services-")))
        environment = dict(os.environ)
        try:
            for variable, what, start in servers(folder):
                environment[variable] = stack.enter_context(_address(variable, what, start))
        except Exception as error:
            say(f"a server did not start, so its tests cannot run: {type(error).__name__}: {error}")
            return 1
        command = [sys.executable, "-m", "pytest", "-m", "services", *arguments]
        say("running " + " ".join(command))
        return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


Start = Callable[[], AbstractContextManager[str]]


def servers(folder: Path) -> Iterator[tuple[str, str, Start]]:
    """Variable that tells the tests the address, name for people, how to start it."""
    yield "HUB_TEST_MONGO_URI", "MongoDB-protocol server", lambda: _helper("mongo_server").mongo_server(folder)
    yield "HUB_TEST_ES8_URL", "Elasticsearch 8", lambda: _elastic(8)
    yield "HUB_TEST_ES9_URL", "Elasticsearch 9", lambda: _elastic(9)


def _elastic(major: int) -> AbstractContextManager[str]:
    helper = _helper("elastic_server")
    version = next(version for version in helper.VERSIONS if version.startswith(f"{major}."))
    server: AbstractContextManager[str] = helper.elastic_server(version)
    return server


@contextmanager
def _address(variable: str, what: str, start: Start) -> Iterator[str]:
    if url := os.environ.get(variable):
        say(f"{what}: using {variable}={url}")
        yield url
        return
    say(f"{what}: starting")
    began = time.monotonic()
    with start() as url:
        say(f"{what}: {url} after {time.monotonic() - began:.1f} s")
        yield url


def _helper(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HELPERS / f"{name}.py")
    if spec is None or spec.loader is None or not (HELPERS / f"{name}.py").is_file():
        raise FileNotFoundError(f"{HELPERS / name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def say(text: str) -> None:
    """A line of progress, at once."""
    print(f"[services] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
