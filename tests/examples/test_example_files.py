"""The shipped data are the files that LICENSES.md lists, and the plugins and settings lead to them."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from hub.config import rewrites
from hub.dataload.manifest import Manifest, read_manifest

PLUGINS = ("bioregistry", "biomappings", "obofoundry", "prefixmaps", "resolvers")
ROW = re.compile(r"^\| `(?P<path>[^`]+)` \| (?P<size>\d+) \| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def listed(example_data: Path) -> dict[str, tuple[int, str]]:
    text = (example_data / "LICENSES.md").read_text(encoding="utf-8")
    return {m["path"]: (int(m["size"]), m["sha256"]) for m in ROW.finditer(text)}


@pytest.fixture(scope="module")
def manifests(project: Path) -> dict[str, Manifest]:
    return {name: read_manifest(project / "plugins" / name) for name in PLUGINS}


@pytest.fixture(scope="module")
def settings(project: Path) -> Any:
    spec = importlib.util.spec_from_file_location("example_config", project / "config.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_has_the_size_and_checksum_of_the_list(
    example_data: Path, listed: dict[str, tuple[int, str]]
) -> None:
    found = {
        str(path.relative_to(example_data)): (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in example_data.rglob("*")
        if path.is_file() and path.name != "LICENSES.md"
    }
    assert found == listed


def test_the_data_stay_small(example_data: Path) -> None:
    assert sum(path.stat().st_size for path in example_data.rglob("*") if path.is_file()) < 4_000_000


def test_every_folder_in_plugins_is_an_example_that_these_tests_know(project: Path) -> None:
    folders = {p.name for p in (project / "plugins").iterdir() if p.is_dir() and not p.name.startswith(("_", "."))}
    assert folders == set(PLUGINS)


@pytest.mark.parametrize("name", PLUGINS)
def test_a_manifest_is_valid_without_warnings_and_says_where_its_data_come_from(
    name: str, manifests: dict[str, Manifest]
) -> None:
    manifest = manifests[name]
    assert manifest.warnings == ()
    assert {"url", "license", "license_url", "description"} <= set(manifest.metadata)


def test_the_examples_show_each_feature_of_a_manifest(manifests: dict[str, Manifest]) -> None:
    uploaders = [uploader for manifest in manifests.values() for uploader in manifest.uploaders]
    assert {uploader.on_duplicates for uploader in uploaders} == {"error", "ignore", "merge"}
    assert any(uploader.parallelizer for uploader in uploaders)
    assert {bool(uploader.mapping) for uploader in uploaders} == {True, False}
    assert {manifest.multiple for manifest in manifests.values()} == {True, False}
    assert {manifest.file.suffix for manifest in manifests.values()} == {".json", ".yaml"}
    assert any(manifest.dumper.release and manifest.dumper.uncompress for manifest in manifests.values())
    assert any(manifest.dumper.schedule for manifest in manifests.values())
    assert any(len(manifest.dumper.data_url) > 1 for manifest in manifests.values())


@pytest.mark.parametrize("name", PLUGINS)
def test_an_address_leads_to_a_shipped_file_that_keeps_its_name(
    name: str, manifests: dict[str, Manifest], settings: Any, project: Path
) -> None:
    rules = rewrites.absolute(settings.DATA_URL_REWRITES, project)
    for url in manifests[name].dumper.data_url:
        path = rewrites.file_path(rewrites.rewrite_url(url, rules))
        assert path == project / "examples" / "data" / url.removeprefix("https://")
        assert path.is_file()


def test_other_addresses_of_the_same_hosts_are_left_alone(settings: Any) -> None:
    for url in ("https://raw.githubusercontent.com/me/mine/main/x.tsv", "https://github.com/me/mine/archive/v1.zip"):
        assert rewrites.rewrite_url(url, settings.DATA_URL_REWRITES) == url


def test_the_build_merges_every_uploader_of_the_examples(manifests: dict[str, Manifest], settings: Any) -> None:
    names = {uploader.name for manifest in manifests.values() for uploader in manifest.uploaders}
    build = settings.BUILDS["prefixes"]
    assert set(build["sources"]) == names
    assert set(build["root"]) <= names
    assert {manifest.biothing_type for manifest in manifests.values()} == {build["doc_type"]}
