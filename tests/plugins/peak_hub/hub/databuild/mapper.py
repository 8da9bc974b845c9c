"""Mappers of an application, which read their tables from uploaded sources."""

import biothings.hub.databuild.mapper as mapper
import biothings.utils.mongo as mongo


class ClimbedMapper(mapper.BaseMapper):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cache = None

    def load(self):
        if self.cache is None:
            self.cache = {d["_id"] for d in mongo.get_src_db()["climbs"].find({}, {"_id": 1})}

    def process(self, docs):
        for doc in docs:
            doc["climbed"] = doc["_id"] in self.cache
            yield doc


class NameToPeak(mapper.IDBaseMapper):
    def __init__(self, db_provider, *args, **kwargs):
        super().__init__("name", *args, **kwargs)
        self.db_provider = db_provider

    def load(self):
        if self.map is None:
            self.map = {d["_id"]: d["peak"] for d in self.db_provider()["names"].find()}
