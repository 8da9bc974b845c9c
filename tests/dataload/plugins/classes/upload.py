from hub.dataload import storage
from hub.dataload.uploader import BaseSourceUploader


class CountingStorage(storage.MergerStorage):
    @classmethod
    def merge_func(cls, doc1, doc2, **kwargs):
        assert "_id" not in doc1
        return {**doc2, "times": doc2.get("times", 1) + 1}


class SharedUploader(BaseSourceUploader):
    main_source = "classes"


class ClassesUploader(SharedUploader):
    name = "classes_words"
    storage_class = (storage.CheckSizeStorage, CountingStorage)
    __metadata__ = {"src_meta": {"url": "https://example.org/classes"}}

    def load_data(self, data_folder):
        for word in ("a", "b", "a", "a"):
            self.logger.debug("word %s", word)
            yield {"_id": word}
        yield {"_id": "large", "text": "x" * 17_000_000}

    @classmethod
    def get_mapping(cls):
        return {"times": {"type": "integer"}}

    def post_update_data(self, steps, force, batch_size, job_manager, **kwargs):
        self.collection.create_index("times")
