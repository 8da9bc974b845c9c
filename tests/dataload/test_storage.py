"""Storages used directly, as plugin code does."""

from __future__ import annotations

import pytest

from hub.dataload import errors, storage
from hub.dataload.uploader import storages

TWICE = [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}, {"_id": "a", "n": 3}, {"_id": "a", "n": 1}]


def stored(store, kind, documents, **options):
    count = kind(store, "words").process(documents, **options)
    return count, list(store.collection("words").find())


@pytest.mark.parametrize("batch_size", [1, 2, 100])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (storage.IgnoreDuplicatedStorage, [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]),
        (storage.NoBatchIgnoreDuplicatedStorage, [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]),
        (storage.MergerStorage, [{"_id": "a", "n": [1, 3]}, {"_id": "b", "n": 2}]),
        (storage.RootKeyMergerStorage, [{"_id": "a", "n": [1, 3, 1]}, {"_id": "b", "n": 2}]),
        (storage.UpsertStorage, [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]),
    ],
)
def test_each_storage_has_its_rule_for_a_repeated_id(source_store, kind, expected, batch_size):
    assert stored(source_store, kind, TWICE, batch_size=batch_size) == (2, expected)


def test_the_last_document_stays_with_upsert(source_store):
    storage.UpsertStorage(source_store, "words").process([{"_id": "a", "n": 1}])
    assert stored(source_store, storage.UpsertStorage, [{"_id": "a", "n": 2}])[1] == [{"_id": "a", "n": 2}]


def test_basic_storage_refuses_a_repeated_id(source_store):
    with pytest.raises(errors.DuplicateIdError):
        storage.BasicStorage(source_store, "words").process(TWICE)


def test_no_storage_stores_nothing(source_store):
    assert storage.NoStorage(source_store, "words").process(TWICE) == 4
    assert not source_store.exists("words")


def test_a_dict_and_a_number_of_batches_are_accepted(source_store):
    by_id = {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}}
    count, documents = stored(source_store, storage.BasicStorage, by_id, batch_size=1, max_batch_num=2)
    assert (count, documents) == (2, [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}])


class Renaming(storage.BasicStorage):
    def check_doc_func(self, doc):
        return {**doc, "seen": True} if doc["n"] > 1 else False


def test_a_storage_may_change_and_drop_documents(source_store):
    assert stored(source_store, Renaming, TWICE[:2]) == (1, [{"_id": "b", "n": 2, "seen": True}])


def test_large_documents_are_skipped_where_sizes_are_checked(source_store, caplog):
    documents = [{"_id": "large", "t": "x" * 17_000_000}, {"_id": "small"}]
    kind = storages.combine((storage.MergerStorage, storage.CheckSizeStorage))
    assert stored(source_store, kind, documents) == (1, [{"_id": "small"}])
    assert "large" in caplog.text


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_tuple_of_storages_combines_their_rules(order):
    pair = (storage.MergerStorage, storage.CheckSizeStorage)
    combined = storages.combine((pair[order[0]], pair[order[1]]))
    assert combined.on_repeated == "merge"
    assert combined.skip_too_large
    assert storages.is_standard(combined)
    assert storages.combine((storage.BasicStorage,)) is storage.BasicStorage


def test_a_storage_with_a_rule_of_its_own_is_not_standard():
    class Own(storage.MergerStorage):
        @classmethod
        def merge_func(cls, doc1, doc2, **kwargs):
            return doc2

    assert not storages.is_standard(Own)
    assert storages.is_standard(Renaming)
    assert storages.is_standard(storage.RootKeyMergerStorage)


def test_the_list_key_is_used_and_removed(source_store):
    documents = [{"_id": "a", "x": {"n": n}, "__aslistofdict__": "x"} for n in (1, 2, 2, 3)]
    expected = [{"_id": "a", "x": [{"n": 1}, {"n": 2}, {"n": 3}]}]
    assert stored(source_store, storage.MergerStorage, documents)[1] == expected


class FirstOfEqual(storage.MergerStorage):
    """Keeps the document with the greatest ``n``, of equal ones the stored one."""

    @classmethod
    def merge_func(cls, doc1, doc2, **kwargs):
        assert "_id" not in doc1
        return doc1 if doc1["n"] > doc2["n"] else doc2


class AllOfThem(storage.MergerStorage):
    @classmethod
    def merge_func(cls, doc1, doc2, **kwargs):
        return super().merge_func(doc1, doc2, **kwargs)


@pytest.mark.parametrize("batch_size", [1, 100])
def test_a_rule_of_a_plugin_gets_the_new_document_first(source_store, batch_size):
    documents = [{"_id": "a", "n": n, "at": at} for at, n in enumerate((1, 3, 3, 2))]
    assert stored(source_store, FirstOfEqual, documents, batch_size=batch_size)[1] == [{"_id": "a", "n": 3, "at": 1}]


def test_a_rule_of_a_plugin_may_go_on_with_ours(source_store):
    documents = [{"_id": "a", "n": n} for n in (1, 2, 3)]
    assert stored(source_store, AllOfThem, documents)[1] == [{"n": [2, 1, 3], "_id": "a"}]
