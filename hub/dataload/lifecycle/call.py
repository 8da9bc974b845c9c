"""``python -m hub.dataload.lifecycle.call {...}``: calls a function of a plugin as a step, in a process of its own.

The function gets one argument, a `StepCall`. What it prints is its log; what it returns, a dict or a list of dicts with
``format``, ``types``, ``tags``, ``files``, tells of the files it made.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StepCall:
    """What a function of a plugin is told.

    Attributes:
        source: source name.
        phase: ``pre``, ``post`` or ``remove``.
        release: release; empty before it is known.
        data_folder: the release's folder; that of the source while there is no release.
        environ: the documented variables.
    """

    source: str
    phase: str
    release: str
    data_folder: Path
    environ: Mapping[str, str]


def main(text: str) -> int:
    """Call the function; the exit code."""
    from hub.dataload import aliases, application
    from hub.dataload.imports import PluginImporter

    given = json.loads(text)
    aliases.install({})
    application.add_python_paths(given["paths"])
    module, _, name = given["function"].partition(":")
    function = getattr(PluginImporter(Path(given["plugin"])).load(module), name, None)
    if not callable(function):
        print(f"{module} has no function `{name}`")
        return 1
    call = StepCall(
        os.environ["HUB_SOURCE"],
        given["phase"],
        os.environ["HUB_RELEASE"],
        Path(os.environ["HUB_DATA_FOLDER"]),
        dict(os.environ),
    )
    told = function(call)
    for group in [told] if isinstance(told, Mapping) else told or []:
        print("##HUB#" + json.dumps(group, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
