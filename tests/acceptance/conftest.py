"""A small hub project for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.project import Project, left, right


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.add_source("left", left())
    made.add_source("right", right())
    return made


@pytest.fixture
def make_left() -> Callable[..., list[dict]]:
    return left
