import glob
import os
from pathlib import Path

import config
from biothings.hub.dataload.dumper import HTTPDumper
from biothings.hub.dataload.uploader import ParallelizedSourceUploader
from biothings.hub.dataload.storage import RootKeyMergerStorage


class PartsDumper(HTTPDumper):
    SRC_NAME = "parts"
    SRC_ROOT_FOLDER = Path(config.DATA_ARCHIVE_ROOT) / "parts"
    MAX_PARALLEL_DUMP = 2

    def create_todump_list(self, force=False, **kwargs):
        self.release = "1"
        current = (self.src_doc or {}).get("download", {}).get("release")
        if force or current != self.release:
            for number in (1, 2):
                url = "https://data.example.org/parallel_classes/part%d.txt" % number
                self.to_dump.append({"remote": url, "local": os.path.join(self.new_data_folder, os.path.basename(url))})


class PartsUploader(ParallelizedSourceUploader):
    name = "parts"
    storage_class = RootKeyMergerStorage
    MAX_PARALLEL_UPLOAD = 2

    def jobs(self):
        return [(path,) for path in sorted(glob.glob(os.path.join(self.data_folder, "*.txt")))]

    def load_data(self, input_file):
        with open(input_file) as lines:
            for line in lines:
                yield {"_id": line.strip(), "file": os.path.basename(input_file)}
