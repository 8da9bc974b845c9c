"""A builder of an application, in a module that the hub has too."""

from functools import partial

import biothings.hub.databuild.builder as builder
import biothings.utils.mongo as mongo
from biothings.hub.dataload.storage import UpsertStorage

from .mapper import ClimbedMapper, NameToPeak


def cleaner(doc):
    doc.pop("secret", None)
    return doc


class PeakBuilder(builder.DataBuilder):
    def generate_document_query(self, src_name):
        if src_name in self.get_root_document_sources() and "least" in self.build_config:
            self.logger.info("only the high ones of %s", src_name)
            return {"height": {"$gte": self.build_config["least"]}}
        return None

    def document_cleaner(self, src_name, *args, **kwargs):
        return None if src_name in self.get_root_document_sources() else cleaner

    def post_merge(self, source_names, batch_size, job_manager):
        merged = self.target_backend.target_collection
        mongo.get_target_db()[self.target_name].create_index("height", background=True)
        mapper = ClimbedMapper(name="climbed")
        mapper.load()
        storage = UpsertStorage(mongo.get_target_db(), merged.name)
        for docs in mongo.doc_feeder(merged, step=2, inbatch=True):
            storage.process(mapper.process(docs), batch_size)

    def get_stats(self, sources, job_manager):
        target = mongo.get_target_db()[self.target_name]
        return {"__REPLACE__": True, "total": target.count_documents({}), "heights": len(target.distinct("height"))}


class RenamingBuilder(builder.DataBuilder):
    """Puts another collection in the place of the merged one."""

    def post_merge(self, source_names, batch_size, job_manager):
        merged, database = self.target_backend.target_collection, mongo.get_target_db()
        other = database[merged.name + "_temp"]
        for doc in mongo.doc_feeder(merged):
            other.replace_one({"_id": doc["_id"]}, {**doc, "_id": doc["_id"].upper()}, upsert=True)
            other.insert_many([{**doc, "_id": doc["_id"].upper()}])
        merged.drop()
        other.rename(merged.name)


MappedBuilder = partial(PeakBuilder, mappers=[NameToPeak(mongo.get_src_db)])
