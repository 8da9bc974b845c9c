"""Which test shows each name that plugins import and each key of a manifest; makes `docs/plugin-names.md`.

python -m tests.compat.names > docs/plugin-names.md
"""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import Any

from hub.dataload import aliases

HELPERS, SHAPES = "compat/test_helpers.py", "compat/test_plugin_shapes.py::test_a_public_shape_gives_its_documents"
KINDS, CLASSES = "dataload/test_dumper_kinds.py", "dataload/test_dumper_classes.py"
STORAGE, MANIFEST = "dataload/test_storage.py", "dataload/test_manifest.py"
UPLOAD, LOADER, NAMES_TEST = "dataload/test_upload_documents.py", "dataload/test_loader.py", "compat/test_names.py"
APPLICATION = "databuild/test_application.py::test_queries_cleaners_mappers_and_later_work_of_an_application"
STORES = "compat/test_stores.py"

_DATALOAD = {
    "test_dict_sweep": "dict_sweep",
    "test_unlist": "unlist",
    "test_unlist_incexcl_takes_dotted_paths": "unlist_incexcl",
    "test_dict_convert": "dict_convert",
    "test_to_number": "to_number",
    "test_to_int_and_to_float_try_texts_only": "to_int to_float",
    "test_to_boolean": "to_boolean",
    "test_value_convert_to_number": "value_convert_to_number",
    "test_value_convert_is_not_recursive": "value_convert",
    "test_int_convert_keeps_the_last_of_a_list": "int_convert float_convert boolean_convert",
    "test_open_anyfile_reads_each_kind_as_text": "open_anyfile anyfile",
    "test_tabfile_feeder": "tabfile_feeder",
    "test_columns_of_tables": "tab2list tab2dict tab2dict_iter",
    "test_list2dict": "list2dict",
    "test_rec_handler": "rec_handler",
    "test_dupline_seperator": "dupline_seperator",
    "test_merge_duplicate_rows_compares_with_the_current_value_only": "merge_duplicate_rows",
    "test_merge_struct": "merge_struct",
    "test_dict_traverse_visits_keys_in_order": "dict_traverse",
    "test_values_and_lists": "normalized_value dict_nodup dict_attrmerge dict_to_list merge_dict list_split "
    "update_dict_recur dict_walk",
    "test_other_helpers": "dict_apply merge_root_keys traverse_keys alwayslist file_merge id_strip list_itemcnt listsort "
    "safewfile is_str",
}
_COMMON = {
    "test_open_anyfile_reads_each_kind_as_text": "open_anyfile anyfile",
    "test_uncompressall_opens_every_kind_once": "uncompressall",
    "test_unzipall_takes_only_its_pattern": "unzipall",
    "test_each_unpacking_helper_opens_its_kind": "untarall untargzall unxzall aiogunzipall",
    "test_gunzipall_unpacks_beside": "gunzipall gunzip",
    "test_iter_n": "iter_n",
    "test_texts": "SubStr timesofar is_int is_float split_ids",
    "test_dump_and_loadobj": "dump loadobj open_compressed_file",
    "test_exclude_fields_by_id": "ExcludeFieldsById",
    "test_other_helpers": "safewfile file_newer get_timestamp newer md5sum is_seq is_scalar is_filehandle "
    "get_dotfield_value addsuffix rmdashfr get_random_string is_str",
}
_DUMPERS = {
    SHAPES: "DummyDumper LastModifiedHTTPDumper HTTPDumper APIDumper",
    f"{CLASSES}::test_a_fault_in_plugin_code_names_method_file_and_line": "BaseDumper",
    f"{KINDS}::test_a_file_of_an_api_stays_in_the_folder": "DumperException",
    f"{KINDS}::test_a_folder_is_taken_where_it_lies": "ManualDumper",
    "dataload/test_dumper_container.py::test_a_command_makes_the_file_of_a_release": "DockerContainerDumper",
    f"{KINDS}::test_files_of_this_machine_are_copied_moved_or_linked": "FilesystemDumper",
    f"{KINDS}::test_a_commit_is_a_release": "GitDumper",
    f"{KINDS}::test_the_page_that_asks_before_a_large_file_is_answered": "GoogleDriveDumper",
    f"{KINDS}::test_a_wget_dumper_needs_no_wget": "WgetDumper",
    "dataload/test_transport_ftp.py::test_a_dumper_of_one_ftp_folder_uses_its_client": "FTPDumper",
    "dataload/test_transport_ftp.py::test_a_manifest_with_an_ftp_url_takes_its_release_from_mdtm": "LastModifiedFTPDumper",
}
_UPLOADERS = {
    SHAPES: "BaseSourceUploader IgnoreDuplicatedSourceUploader ParallelizedSourceUploader",
    f"{NAMES_TEST}::test_each_uploader_class_has_its_storage": "MergerSourceUploader "
    "NoBatchIgnoreDuplicatedSourceUploader NoDataSourceUploader DummySourceUploader ResourceError",
}
_STORAGES = {
    SHAPES: "BasicStorage IgnoreDuplicatedStorage MergerStorage RootKeyMergerStorage",
    f"{STORAGE}::test_large_documents_are_skipped_where_sizes_are_checked": "CheckSizeStorage",
    f"{STORAGE}::test_no_storage_stores_nothing": "NoStorage",
    f"{STORAGE}::test_the_last_document_stays_with_upsert": "UpsertStorage",
    f"{STORAGE}::test_each_storage_has_its_rule_for_a_repeated_id": "NoBatchIgnoreDuplicatedStorage",
}
_OTHERS = {
    "biothings": {SHAPES: "config_for_app config"},
    "config": {f"{NAMES_TEST}::test_the_module_config_shows_the_settings": "logger DATA_ARCHIVE_ROOT LOG_FOLDER"},
    "biothings.utils.serializer": {f"{HELPERS}::test_serializer": "json_loads json_dumps load_json to_json"},
    "biothings.utils.hub_db": {f"{NAMES_TEST}::test_the_hub_database_can_be_read": "get_src_db get_src_dump"},
    "biothings.utils.mongo": {
        APPLICATION: "get_src_db get_target_db",
        f"{STORES}::test_documents_are_fed_one_by_one_or_in_batches": "doc_feeder id_feeder",
        f"{STORES}::test_records_of_the_hub_are_read": "get_src_dump get_src_build_config get_data_plugin get_source_fullname",
        f"{NAMES_TEST}::test_every_name_can_be_imported": "get_src_master get_src_build",
    },
    "biothings.utils.version": {f"{STORES}::test_mappers_translate_as_their_users_expect": "set_versions"},
    "biothings.hub.databuild.builder": {
        APPLICATION: "DataBuilder",
        f"{NAMES_TEST}::test_every_name_can_be_imported": "LinkDataBuilder",
    },
    "biothings.hub.databuild.mapper": {
        APPLICATION: "BaseMapper",
        f"{STORES}::test_mappers_translate_as_their_users_expect": "IDBaseMapper TransparentMapper",
    },
    "biothings.utils.manager": {f"{NAMES_TEST}::test_every_name_can_be_imported": "JobManager"},
    "biothings.utils.loggers": {f"{NAMES_TEST}::test_every_name_can_be_imported": "get_logger"},
    "biothings.utils.exclude_ids": {f"{HELPERS}::test_exclude_fields_by_id": "ExcludeFieldsById"},
    "biothings.hub.datatransform": {
        "datatransform/test_lookup.py::test_names_that_applications_build_graphs_with": "DataTransform DataTransformMDB "
        "DataTransformEdge MongoDBEdge CIMongoDBEdge RegExEdge BiothingsAPIEdge",
        f"{NAMES_TEST}::test_every_name_can_be_imported": "MyGeneInfoEdge MyChemInfoEdge",
        "datatransform/test_identifiers.py::test_pairs_are_kept_from_both_sides": "IDStruct",
        "datatransform/test_identifiers.py::test_pairs_may_ignore_case": "CIIDStruct",
        "datatransform/test_identifiers.py::test_values_are_found_at_dotted_fields": "nested_lookup",
    },
    "biothings.utils.parsers": {
        f"{HELPERS}::test_ready_parsers_are_parsers_and_makers_of_parsers": "ndjson_parser json_array_parser"
    },
}

#: Manifest keys and their tests.
KEYS = {
    "version": f"{MANIFEST}::test_any_version_text_is_accepted",
    "name": f"{MANIFEST}::test_every_key_is_read",
    "display_name, biothing_type, author": f"{MANIFEST}::test_every_key_is_read",
    "__metadata__": f"{MANIFEST}::test_free_keys_of_metadata_and_kwargs_do_not_warn",
    "requires": f"{MANIFEST}::test_requires_is_a_text_or_a_list",
    "dumper.data_url": f"{MANIFEST}::test_a_broken_rule_is_told_with_its_place",
    "dumper.uncompress": SHAPES,
    "dumper.release": SHAPES,
    "dumper.schedule": f"{MANIFEST}::test_cron_texts_may_have_seconds_at_the_end",
    "dumper.disabled": f"{MANIFEST}::test_every_key_is_read",
    "dumper.class": f"{CLASSES}::test_a_class_that_is_no_dumper_is_refused",
    "uploader.parser": f"{UPLOAD}::test_a_parser_may_give_its_documents_in_any_form",
    "uploader.parser_kwargs": f"{LOADER}::test_parser_kwargs_must_fit_the_parser",
    "uploader.on_duplicates": f"{UPLOAD}::test_ignore_keeps_the_first_document_ever_whatever_the_batch",
    "uploader.ignore_duplicates": f"{MANIFEST}::test_the_old_spelling_of_on_duplicates_is_read",
    "uploader.parallelizer": "dataload/test_upload_parallel.py::test_two_files_are_two_parts_with_the_mapping_of_the_plugin",
    "uploader.mapping": SHAPES,
    "uploader.keylookup": f"{LOADER}::test_key_lookup_needs_a_class",
    "uploaders": f"{UPLOAD}::test_three_uploaders_of_one_download_fill_three_collections",
    "mapping (misplaced)": f"{MANIFEST}::test_unknown_keys_are_ignored_with_the_nearest_key",
}


def names() -> list[tuple[str, str, str]]:
    """Triples of a module, a name in it, and the test that shows it."""
    groups: dict[str, dict[str, str]] = {
        "biothings.utils.dataload": {f"{HELPERS}::{test}": found for test, found in _DATALOAD.items()},
        "biothings.utils.common": {f"{HELPERS}::{test}": found for test, found in _COMMON.items()},
        "biothings.hub.dataload.dumper": _DUMPERS,
        "biothings.hub.dataload.uploader": _UPLOADERS,
        "biothings.hub.dataload.storage": _STORAGES,
        "biothings.utils.storage": _STORAGES,
        **_OTHERS,
    }
    return [(m, name, test) for m, tests in groups.items() for test, found in tests.items() for name in found.split()]


def value_of(module: str, name: str) -> Any:
    """What a name is bound to."""
    return getattr(importlib.import_module(module), name)


def page() -> str:
    """The text of `docs/plugin-names.md`."""
    lines = [
        "# Names that plugins import, and keys of manifests",
        "",
        "Public plugins import these names; they work unchanged. The hub's processes find them as `biothings` and `config`,",
        "also where the package `biothings` is installed; every other program still finds that package. Helper functions",
        "are written anew in `hub/compat/helpers/`; odd behaviour that stored data depend on is kept and called a *quirk* in",
        "the docstring. Each row names a test, below `tests/`, that shows the name at work.",
        "",
        "<!-- written by `python -m tests.compat.names > docs/plugin-names.md`, checked by tests/compat/test_names.py -->",
    ]
    module = ""
    for found, name, test in names():
        if found != module:
            module = found
            lines += ["", f"## `{module}`", "", "| name | | test |", "| --- | --- | --- |"]
        lines.append(f"| `{name}` | {_summary(value_of(module, name))} | `{test}` |")
    lines += ["", "## Keys of a manifest", "", "| key | test |", "| --- | --- |"]
    lines += [f"| `{key}` | `{test}` |" for key, test in KEYS.items()]
    return "\n".join(lines) + "\n"


def _summary(value: Any) -> str:
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return ""
    text = (inspect.getdoc(value) or "").partition("\n\n")[0].replace("\n", " ")
    return text.replace("|", "\\|")


def prepare(folder: Path) -> None:
    """Make the modules importable, with settings of ``folder``."""
    from hub import config

    aliases.install(config.load(folder, environ={}))


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as home:
        prepare(Path(home))
        print(page(), end="")
