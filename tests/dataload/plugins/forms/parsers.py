DOCUMENTS = [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}, {"_id": "c", "n": 3}]


def generator(data_folder):
    yield from DOCUMENTS


def returns_generator(data_folder):
    return generator(data_folder)


def yields_generators(data_folder):
    yield generator(data_folder)


def a_list(data_folder):
    return DOCUMENTS


def a_tuple(data_folder):
    return tuple(DOCUMENTS)


def an_iterator(data_folder):
    return iter(DOCUMENTS)


def a_map(data_folder):
    return map(dict, DOCUMENTS)


def by_id(data_folder):
    return {document["_id"]: {"n": document["n"]} for document in DOCUMENTS}
