def split(self):
    import glob
    import os

    return [(path,) for path in sorted(glob.glob(os.path.join(self.data_folder, "*.tsv")))]
