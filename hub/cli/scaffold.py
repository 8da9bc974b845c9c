"""What `hub init` and `hub plugin new` write."""

from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path

from hub import errors

NAME = re.compile(r"^[A-Za-z_][\w-]*$")


class FolderExistsError(errors.Refused):
    """The folder to be made is there already; nothing was changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"`{folder}` exists already and is not empty; nothing was changed. Choose another name.")


class BadPluginNameError(errors.BadArgument):
    """A name that can not be a source name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"`{name}` can not name a plugin: use letters, digits, `_` and `-`, starting with a letter.")


def init_folder(folder: Path) -> list[str]:
    """Make a hub folder; returns the files made, relative to it.

    Raises:
        FolderExistsError: it exists and is not empty.
    """
    return _copy_template("home", folder, {})


#: What `hub plugin new --template` offers.
TEMPLATES = {
    "single": "one collection, a parser and a mapping",
    "ready": "one collection, read by a ready parser: no Python",
    "uploaders": "several collections from one download",
    "parallel": "one collection, each file parsed by a process of its own",
    "advanced": "Python classes instead of a manifest",
}


def new_plugin(name: str, into: Path, template: str = "single") -> list[str]:
    """Make a plugin that works as it is; returns the files made.

    Args:
        name: of the source and the folder.
        into: folder that holds plugins.
        template: one of `TEMPLATES`.

    Raises:
        hub.errors.NotFound: no such template.
        BadPluginNameError: not a legal source name.
        FolderExistsError: the folder exists.
    """
    if not NAME.match(name):
        raise BadPluginNameError(name)
    if template not in TEMPLATES:
        raise errors.NotFound("template", template, TEMPLATES)
    words = {"__NAME__": name, "__CLASS__": "".join(part.capitalize() for part in re.split(r"[-_]+", name))}
    return _copy_template(f"plugins/{template}", into / name, words)


def _copy_template(template: str, folder: Path, words: dict[str, str]) -> list[str]:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderExistsError(folder)
    with resources.as_file(resources.files("hub.cli") / "templates" / template) as source:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    made = sorted(p for p in folder.rglob("*") if p.is_file())
    for path in list(made):
        if path.name.endswith(".tmpl"):
            final = path.with_suffix("")
            text = path.read_text(encoding="utf-8")
            for word, value in ({**words, "__HERE__": str(folder.resolve())}).items():
                text = text.replace(word, value)
            final.write_text(text, encoding="utf-8")
            path.unlink()
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
