from hub.dataload.uploader import BasePeakUploader, BaseSourceUploader


class PeaksUploader(BasePeakUploader):
    name = "peaks"

    def load_data(self, data_folder):
        assert isinstance(self, BaseSourceUploader)
        yield {"_id": "p1", "height": 1}
        yield {"_id": "p1", "height": 2}
