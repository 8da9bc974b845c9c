import os
from collections import defaultdict

from biothings import config
from biothings.utils.dataload import dict_sweep, merge_duplicate_rows, open_anyfile, to_boolean, unlist
from biothings.utils.common import iter_n
from species import NAMES

logging = config.logger


def load_data(data_folder):
    rows = defaultdict(list)
    for name in ("genes.tsv", "more%20genes.tsv"):
        path = os.path.join(data_folder, name)
        assert os.path.exists(path), os.listdir(data_folder)
        with open_anyfile(path) as lines:
            next(lines)
            for chunk in iter_n(lines, 2):
                for line in chunk:
                    id_, taxid, alias, known = line.rstrip("\n").split("\t")
                    gene = {
                        "species": NAMES.get(taxid, "unknown"),
                        "alias": alias.split(","),
                        "known": to_boolean(known),
                    }
                    rows[id_].append({"_id": id_, "gene": unlist(gene)})
    for documents in rows.values():
        yield dict_sweep(merge_duplicate_rows(documents, "gene"))
    logging.info("%d genes", len(rows))


def custom_mapping(cls):
    return {"gene": {"properties": {"species": {"type": "keyword"}, "known": {"type": "boolean"}}}}
