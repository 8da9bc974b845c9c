import json
import os

import biothings.hub.dataload.dumper
import biothings.hub.dataload.uploader


class Dumper(biothings.hub.dataload.dumper.DummyDumper):
    SRC_NAME = "rivers"
    __metadata__ = {"src_meta": {"url": "https://data.example.org/rivers"}}

    def post_dump(self, *args, **kwargs):
        with open(os.path.join(self.new_data_folder, "rivers.json"), "w") as out:
            json.dump({"elbe": {"km": 1094}, "spree": {"km": 400}}, out)


class Uploader(biothings.hub.dataload.uploader.BaseSourceUploader):
    name = "rivers"
    main_source = "rivers"

    def load_data(self, data_folder):
        with open(os.path.join(data_folder, "rivers.json")) as file:
            return json.load(file)
