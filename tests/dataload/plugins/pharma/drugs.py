from utils.reader import lines


def load(data_folder):
    for name, text in lines(data_folder, "drugs.tsv"):
        yield {"_id": name, "drug": {"name": text}}


def mapping(cls):
    return {"drug": {"properties": {"name": {"type": "text"}}}}
