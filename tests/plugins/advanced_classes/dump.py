import os

import biothings
import config

biothings.config_for_app(config)
from config import DATA_ARCHIVE_ROOT

from biothings.utils.common import unzipall
import biothings.hub.dataload.dumper


class PlanetDumper(biothings.hub.dataload.dumper.LastModifiedHTTPDumper):
    SRC_NAME = "planets"
    SRC_ROOT_FOLDER = os.path.join(DATA_ARCHIVE_ROOT, SRC_NAME)
    SRC_URLS = ["https://data.example.org/advanced_classes/planets.zip"]
    SCHEDULE = "0 6 * * *"
    __metadata__ = {"src_meta": {"url": "https://data.example.org/"}}

    def set_release(self):
        self.release = "2026-03"

    def post_dump(self, *args, **kwargs):
        unzipall(self.new_data_folder)
