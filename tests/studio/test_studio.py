"""The web application: that what is committed was built from what is committed, and its own suites.

The suites need Node.js and Chromium; where one is missing they are skipped, except in CI.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEBAPP = ROOT / "webapp"
FILES = ROOT / "hub" / "studio_files"
MOST_BYTES = 3_000_000
LEAST_NODE = 20
PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)))
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
IN_CI = os.environ.get("CI", "") not in ("", "false", "0")


def find_node() -> str:
    """A Node.js that is new enough, on the PATH or beside this Python; empty when there is none."""
    for folder in PATH.split(os.pathsep):
        found = shutil.which("node", path=folder)
        if found:
            said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
            if said.startswith("v") and int(said[1:].split(".")[0]) >= LEAST_NODE:
                return found
    return ""


def lacking() -> str:
    """What the suites need and this machine has not got; empty when they can run."""
    if not find_node():
        return f"Node.js {LEAST_NODE} is missing"
    if not CHROMIUM:
        return "Chromium is missing (Debian: apt-get install chromium; or name another one in CHROMIUM)"
    if not (WEBAPP / "node_modules" / ".package-lock.json").is_file():
        return "the packages are missing: make studio-packages"
    return ""


@pytest.fixture(scope="module")
def node() -> str:
    why = lacking()
    if why and IN_CI:
        pytest.fail(f"CI has to run these tests, but {why}")
    if why:
        pytest.skip(why)
    return find_node()


def run(*command: str) -> None:
    """Run a suite in ``webapp``; its output is shown when it fails."""
    environment = {**os.environ, "PATH": PATH, "PYTHON": sys.executable, "CHROMIUM": str(CHROMIUM), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=WEBAPP, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-20_000:]


def test_the_built_files_are_those_of_the_source():
    path = ROOT / "scripts" / "studio_digest.py"
    spec = importlib.util.spec_from_file_location("studio_digest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.BUILD.read_text().strip() == module.digest(), "webapp has changed since it was built: make studio"


def test_the_built_files_are_small_and_need_nothing_from_elsewhere():
    files = [f for f in FILES.rglob("*") if f.is_file()]
    assert sum(f.stat().st_size for f in files) < MOST_BYTES
    page = (FILES / "index.html").read_text()
    assert 'src="/' not in page
    assert 'href="/' not in page
    assert "://" not in page.replace("http: https: ws: wss:", "")


def test_types_and_components(node):
    run(node, "node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit")
    run(node, "node_modules/vitest/vitest.mjs", "run")


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["pages", "tour", "robust"])
def test_in_a_browser_against_a_real_hub(node, suite):
    run(node, "--test", f"e2e/{suite}.test.mjs")
