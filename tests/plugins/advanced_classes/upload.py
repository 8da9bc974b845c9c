import os

import biothings
import config

biothings.config_for_app(config)

import biothings.hub.dataload.uploader
from .parser import load_planets, load_moons


class BaseSpaceUploader(biothings.hub.dataload.uploader.BaseSourceUploader):
    main_source = "planets"
    name = None
    __metadata__ = {
        "src_meta": {
            "url": "https://data.example.org/",
            "license": "CC0",
        }
    }
    idconverter = None


class PlanetUploader(BaseSpaceUploader):
    name = "planet"
    storage_class = biothings.hub.dataload.storage.BasicStorage

    def load_data(self, data_folder):
        self.logger.info("Load data from directory: '%s'", data_folder)
        yield from load_planets(os.path.join(data_folder, "planets.tsv"))

    def post_update_data(self, *args, **kwargs):
        for field in ("radius", "names.en"):
            self.collection.create_index(field, background=True)

    @classmethod
    def get_mapping(klass):
        return {"radius": {"type": "float"}, "names": {"properties": {"en": {"type": "text"}}}}


class MoonUploader(BaseSpaceUploader):
    name = "moon"
    storage_class = (
        biothings.hub.dataload.storage.IgnoreDuplicatedStorage,
        biothings.hub.dataload.storage.CheckSizeStorage,
    )

    def load_data(self, data_folder):
        return load_moons(data_folder)
