"""Commands are called by position at the console, in hooks and in scripts: the order of existing hubs counts."""

from __future__ import annotations

import inspect

import pytest

from hub.commands import find, load_builtin
from hub.commands.registry import REQUIRED, MissingArgumentError

load_builtin()

#: The documented arguments of commands, in their order; others of ours may follow.
DOCUMENTED = {
    "source_info": ["name", "debug"],
    "source_reset": ["name", "key", "subkey"],
    "dump": ["src", "force", "skip_manual", "schedule", "check_only"],
    "mark_dump_success": ["src", "dry_run"],
    "upload": ["src", "validate"],
    "update_source_meta": ["src", "dry"],
    "inspect": ["data_provider", "mode", "batch_size", "limit", "sample"],
    "flatten_inspection_data": ["data_provider", "mode", "do_validate"],
    "unregister_url": ["url", "name"],
    "export_plugin": ["plugin_name", "folder", "what", "purge"],
    "dump_plugin": ["src", "force", "skip_manual", "schedule", "check_only"],
    "whatsnew": ["build_name", "old"],
    "merge": ["build_name", "sources", "target_name"],
    "auto_archive": ["build_config_name", "days", "dryrun"],
    "diff": ["diff_type", "old", "new", "batch_size", "steps", "mode", "exclude"],
    "report": ["old_db_col_names", "new_db_col_names", "report_filename", "format", "detailed"],
    "sync": [
        *("backend_type", "old_db_col_names", "new_db_col_names", "diff_folder", "batch_size", "mode"),
        *("target_backend", "steps", "debug"),
    ],
    "index": ["indexer_env", "build_name", "index_name", "ids"],
    "index_cleanup": ["env", "keep", "dryrun"],
    "indexes_by_name": ["index_name", "env_name", "limit"],
    "snapshot": ["snapshot_env", "index", "snapshot", "recreate_repo"],
    "snapshot_cleanup": ["env", "keep", "group_by", "dryrun", "ignoreErrors"],
    "list_snapshots": ["env", "return_db_cols"],
    "delete_snapshots": ["snapshots_data", "ignoreErrors"],
    "create_release_note": ["old", "new", "filename", "note", "format"],
    "get_release_note": ["old", "new", "format", "prefix"],
    "publish": ["publisher_env", "snapshot_or_build_name"],
    "publish_diff": ["publisher_env", "build_name", "previous_build", "steps"],
    "publish_snapshot": ["publisher_env", "snapshot", "build_name", "previous_build", "steps"],
    "install": ["src_name", "version", "dry", "force", "use_no_downtime_method"],
    "download": ["src", "force"],
    "apply": ["src", "validate"],
    "sources": ["id", "debug", "detailed"],
    "source_save_mapping": ["name", "mapping", "dest", "mode"],
    "source_pydantic_validation": ["name", "model_file"],
    "builds": ["id", "conf_name", "fields", "only_archived", "status"],
    "build_save_mapping": ["name", "mapping", "dest", "mode"],
    "create_build_conf": ["name", "doc_type", "sources", "roots", "builder_class", "params", "archived"],
    "update_build_conf": ["name", "doc_type", "sources", "roots", "builder_class", "params", "archived"],
    "validate_mapping": ["mapping", "env"],
    "update_metadata": ["indexer_env", "index_name", "build_name", "_meta"],
    "reset_synced": ["old", "new"],
    "create_api": ["api_id", "es_host", "index", "doc_type", "port", "description"],
    "quick_index": ["datasource_name", "doc_type", "indexer_env", "subsource", "index_name"],
    "list_mongo_builds": ["build_config", "build_name", "year"],
    "delete_mongo_builds": ["build_ids"],
    "commands": ["id", "running", "failed"],
    "restart": ["force", "stop"],
    "stop": ["force"],
    "setconf": ["name", "value"],
    "backup": ["folder", "archive"],
    "restore": ["archive", "drop"],
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_arguments_come_in_the_documented_order(name):
    wanted = DOCUMENTED[name]
    assert [p.name for p in find(name).parameters()][: len(wanted)] == wanted


def test_what_must_be_given_may_come_after_what_may_be_left_out():
    diff = find("diff")
    assert [p.required for p in diff.parameters()][:3] == [True, False, True]
    assert str(inspect.signature(diff.fn)).count("new: 'Any' = ...") == 1
    assert diff.bind({"diff_type": "x", "old": None, "new": "b"}) == {"diff_type": "x", "new": "b"}
    with pytest.raises(MissingArgumentError, match="new"):
        diff.bind({"diff_type": "x", "old": "a"})
    assert repr(REQUIRED) == "..."
