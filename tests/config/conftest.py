from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hub import config
from hub.config import Settings

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a configuration written as text, without anything of the machine's own environment."""

    def loader(
        text: str = "", environ: dict[str, str] | None = None, home: Path | None = None, **flags: object
    ) -> Settings:
        file = tmp_path / "my_config.py"
        file.write_text(text, encoding="utf-8")
        return config.load(home or tmp_path / "home", config=file, environ=environ or {}, flags=flags)

    return loader
