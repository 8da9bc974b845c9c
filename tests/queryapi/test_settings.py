"""The data API behaves as the hub's configuration says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hub.config import load
from hub.queryapi.settings import DataApiSettingError, QuerySettings, StatusCheck


def settings_with(home: Path, **values: Any) -> QuerySettings:
    return QuerySettings.of(load(home, flags=values))


def test_the_defaults_of_the_hub_are_the_defaults_of_the_data_api(home: Path, work_folder: Path) -> None:
    assert settings_with(home) == QuerySettings(title="Entrepot", annotation_patterns=[])


def test_every_setting_arrives(home: Path, work_folder: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.json"
    notes.write_text(json.dumps({"name": "as the source writes it"}))
    made = settings_with(
        home,
        HUB_NAME="Genes",
        APP_PREFIX="/genes",
        APP_VERSION="v3",
        DEFAULT_CACHE_MAX_AGE=5,
        ANNOTATION_DEFAULT_SCOPES=["_id", "alias"],
        ANNOTATION_ID_REGEX_LIST=[[r"\d+", "entrez"], ["ENS.*", ["ensembl.gene", "ensembl.protein"]]],
        ALLOW_RANDOM_QUERY=True,
        ALLOW_NESTED_AGGS=True,
        USERQUERY_DIR=str(tmp_path),
        LICENSE_TRANSFORM={"exac_nontcga": "exac"},
        AVAILABLE_FIELDS_EXCLUDED=["all", "secret"],
        AVAILABLE_FIELDS_NOTES_PATH=str(notes),
        STATUS_CHECK={"index": "gene", "id": "1017"},
    )
    assert made == QuerySettings(
        title="Genes",
        prefix="/genes",
        version="v3",
        cache_max_age=5,
        default_scopes=("_id", "alias"),
        annotation_patterns=[(r"\d+", ["entrez"]), ("ENS.*", ["ensembl.gene", "ensembl.protein"])],
        allow_random=True,
        allow_nested_facets=True,
        userquery_dir=tmp_path,
        license_transform={"exac_nontcga": "exac"},
        fields_excluded=("all", "secret"),
        fields_notes={"name": "as the source writes it"},
        status_check=StatusCheck("gene", "1017"),
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ANNOTATION_ID_REGEX_LIST", [["(", "_id"]]),
        ("ANNOTATION_ID_REGEX_LIST", ["abc"]),
        ("ANNOTATION_ID_REGEX_LIST", [[5, "_id"]]),
        ("USERQUERY_DIR", "/no/such/folder"),
        ("AVAILABLE_FIELDS_NOTES_PATH", "/no/such/file.json"),
        ("STATUS_CHECK", {"id": "x"}),
    ],
)
def test_a_value_that_makes_no_sense_names_its_setting(
    home: Path, work_folder: Path, setting: str, value: object
) -> None:
    with pytest.raises(DataApiSettingError, match=setting) as caught:
        settings_with(home, **{setting: value})
    assert caught.value.exit_code == 2
