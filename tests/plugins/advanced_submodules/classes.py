from biothings.hub.dataload.dumper import DummyDumper
from biothings.hub.dataload.storage import MergerStorage
from biothings.hub.dataload.uploader import BaseSourceUploader
from biothings.utils.dataload import dict_convert, unlist


class WordsDumper(DummyDumper):
    SRC_NAME = "words"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.set_release()

    def set_release(self):
        self.release = "7"


class WordsUploader(BaseSourceUploader):
    name = "words"
    storage_class = MergerStorage

    def load_data(self, data_folder):
        for word, letter in (("tea", "t"), ("ant", "a"), ("tea", "e")):
            yield unlist(
                {"_id": word, "letters": [letter], "size": [dict_convert({"N": str(len(word))}, str.lower, int)]}
            )
