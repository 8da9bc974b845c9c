import os

import biothings
import config

biothings.config_for_app(config)

from biothings.hub.dataload.dumper import DummyDumper
from config import DATA_ARCHIVE_ROOT


class PeaksDumper(DummyDumper):
    SRC_NAME = "peaks"
    SRC_ROOT_FOLDER = os.path.join(DATA_ARCHIVE_ROOT, SRC_NAME)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.release = "2024"
