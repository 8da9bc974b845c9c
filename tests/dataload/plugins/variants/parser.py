import os

print("this module prints when it is imported")


def load_data(data_folder):
    print("reading", data_folder)
    with open(os.path.join(data_folder, "variants.tsv"), encoding="utf-8") as file:
        document = {}  # one object, changed after each yield
        for line in file:
            document["_id"], document["text"] = line.rstrip("\n").split("\t")
            yield document
