import datetime
import os

from biothings.hub.dataload.dumper import APIDumper
from biothings.hub.dataload.uploader import IgnoreDuplicatedSourceUploader
from biothings.utils.serializer import json_loads


class StationsDumper(APIDumper):
    SRC_NAME = "stations"

    @staticmethod
    def get_release():
        return "2026.11"

    @staticmethod
    def get_document():
        for number in range(5):
            yield (
                "even.ndjson" if number % 2 == 0 else "odd.ndjson",
                {"number": number, "day": datetime.date(2026, 1, 1)},
            )


class StationsUploader(IgnoreDuplicatedSourceUploader):
    name = "stations"

    def load_data(self, data_folder):
        for file_name in sorted(os.listdir(data_folder)):
            with open(os.path.join(data_folder, file_name)) as lines:
                for line in lines:
                    station = json_loads(line)
                    yield {"_id": "s%d" % (station["number"] // 2), **station}
