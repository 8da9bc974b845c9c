"""Requirements of plugins are installed by pip, but never over what is there."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import zipfile
from pathlib import Path

import pytest

from hub.dataload import requires
from hub.dataload.errors import RequirementsError


def wheel(folder: Path, version: str) -> Path:
    """A wheel of one module, `tinylib`."""
    info = f"tinylib-{version}.dist-info"
    files = {
        "tinylib.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tinylib\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    target = folder / f"tinylib-{version}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


def test_another_version_than_the_hub_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(wheel(tmp_path, "1.0")) as archive:
        archive.extractall(tmp_path / "there")
    wheel(tmp_path, "2.0")
    monkeypatch.syspath_prepend(str(tmp_path / "there"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    requires.ensure("needy", ["tinylib==1.0"], install=True)
    with pytest.raises(RequirementsError, match=r"`tinylib==2.0`.*pip failed"):
        requires.ensure("needy", ["tinylib==2.0"], install=True)
    assert importlib.metadata.version("tinylib") == "1.0"
