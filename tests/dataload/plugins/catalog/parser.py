import csv
import os

from version import RELEASE


def load_data(data_folder):
    with open(os.path.join(data_folder, "studies.tsv"), encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield {"_id": row["id"], "catalog": {"trait": row["trait"], "release": RELEASE}}
