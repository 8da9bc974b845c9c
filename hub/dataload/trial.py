"""Loading plugins for a trial, in a process of its own, where code that ends it or never returns harms nothing.

A running hub tries changed plugins before it loads them. A hub that ended while it loaded plugins finds the mark it
left and tries them all at its next start.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any

from hub.dataload.errors import PluginError, RequirementsError

#: Seconds that one plugin may take to load.
LOAD_SECONDS = 60.0
#: A trial waits so many times longer for it: other programs run too.
PATIENCE = 3
#: Seconds that the process of a trial may take to start.
START_SECONDS = 600.0
LATE = f"it does not load within {LOAD_SECONDS:g} seconds."


class FatalPluginError(PluginError):
    """A plugin whose code, when it is imported, ends the process or does not come to an end.

    Args:
        plugin: name of its folder.
        what: what the code does.
    """

    def __init__(self, plugin: str, what: str) -> None:
        self.plugin, self.what = plugin, what
        super().__init__(
            f"plugin `{plugin}`: {what} It is left out until its files change. Move what its modules do when they are "
            "imported into functions."
        )


def fatal(folders: Sequence[Path], settings: Any) -> dict[Path, PluginError]:
    """Those of some plugin folders that must not be loaded, with the reason. Blocks until all were tried.

    What they require is installed first, where that is allowed; pip's failure is a reason too.

    Args:
        folders: plugin folders.
        settings: configuration.
    """
    found: dict[Path, PluginError] = _without_packages(folders, settings)
    rest = [folder for folder in folders if folder not in found]
    while rest:
        done, what = _one_process(rest, settings)
        if what:
            found[rest[done]] = FatalPluginError(rest[done].name, what)
            done += 1
        rest = rest[done:]
    return found


def _without_packages(folders: Sequence[Path], settings: Any) -> dict[Path, PluginError]:
    from hub.dataload.loader import provide_packages

    found: dict[Path, PluginError] = {}
    for folder in folders:
        try:
            provide_packages(folder, settings)
        except RequirementsError as error:
            found[folder] = error
        except PluginError:  # told when it is loaded in earnest
            pass
    return found


@contextmanager
def marked(file: Path, left_out: Mapping[Path, PluginError]) -> Iterator[None]:
    """Leave a mark while plugins are loaded; it stays when the process ends in between.

    Args:
        file: the mark.
        left_out: what `fatal` found. With a fatal plugin the mark stays: the next start must not load it either.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    yield
    if not any(isinstance(error, FatalPluginError) for error in left_out.values()):
        file.unlink(missing_ok=True)


@contextmanager
def limited(plugin: str) -> Iterator[None]:
    """Give up loading after a time. Does nothing outside the main thread, where nothing can be interrupted.

    Raises:
        FatalPluginError: the time is over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(number: int, frame: FrameType | None) -> None:
        raise FatalPluginError(plugin, LATE)

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, LOAD_SECONDS, LOAD_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# -- the parent --------------------------------------------------------------------------------------------------------


def _one_process(folders: Sequence[Path], settings: Any) -> tuple[int, str]:
    """How many folders one process came through, and what the next one did; empty when all are done."""
    command = [sys.executable, "-m", "hub.dataload.trial"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path[1:]])}
    snapshot = settings.snapshot() if hasattr(settings, "snapshot") else dict(settings)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers: queue.Queue[bytes] = queue.Queue()
        reader = threading.Thread(target=_pass_on, args=(process.stdout, answers), daemon=True)
        reader.start()
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(pickle.dumps((snapshot, [str(folder) for folder in folders])))
                process.stdin.flush()
            for done in range(len(folders)):
                answer = answers.get(timeout=START_SECONDS) and answers.get(timeout=LOAD_SECONDS * PATIENCE)
                if answer == b"!":
                    return done, LATE
                if not answer:
                    return done, f"its code ends the process when it is imported (status {process.wait()})."
        except queue.Empty:
            return done, LATE
        finally:
            process.kill()
            reader.join()
    return len(folders), ""


def _pass_on(stream: IO[bytes], answers: queue.Queue[bytes]) -> None:
    while byte := stream.read(1):
        answers.put(byte)
    answers.put(b"")


# -- the child ---------------------------------------------------------------------------------------------------------


def main() -> None:
    """Load the plugins that standard input names; writes ``.`` before each, then ``+``, or ``!`` if it is late."""
    from hub.config.settings import Settings
    from hub.dataload.loader import load_plugin

    answers = os.dup(1)
    os.dup2(2, 1)  # what plugins print goes elsewhere
    snapshot, folders = pickle.load(sys.stdin.buffer)
    settings = Settings.from_snapshot(snapshot)
    for folder in folders:
        answer = b"+"
        os.write(answers, b".")
        try:
            with limited(Path(folder).name):
                load_plugin(Path(folder), settings, install=False)
        except FatalPluginError:
            answer = b"!"
        except KeyboardInterrupt:
            raise
        except BaseException:  # told when it is loaded in earnest
            pass
        os.write(answers, answer)


if __name__ == "__main__":
    main()
