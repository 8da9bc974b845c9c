import math


def raises(data_folder, after=70_000):
    for number in range(after):
        yield {"_id": f"n{number:07d}", "number": number}
    raise KeyError("column `gene` of line 70001")


def raises_at_once(data_folder):
    return open(data_folder + "/there is no such file", encoding="utf-8")


def nothing(data_folder):
    yield None
    yield {}


def twice(data_folder):
    yield {"_id": "a", "n": 1}
    yield None
    yield {"_id": "b", "n": 2}
    yield {"_id": "a", "n": 3}


def twice_far_apart(data_folder, apart=25_000):
    for number in range(apart):
        yield {"_id": f"n{number:07d}"}
    yield {"_id": "n0000000"}


def integer_ids(data_folder):
    yield {"_id": "1"}
    yield {"_id": 2}


def without_id(data_folder):
    yield {"_id": "1"}
    yield {"name": "no identifier"}


def empty_id(data_folder):
    yield {"_id": ""}


def long_id(data_folder):
    yield {"_id": "x" * 513}


def not_a_number(data_folder):
    yield {"_id": "1", "score": math.nan, "list": [1.0, math.inf]}


def dotted_key(data_folder):
    yield {"_id": "1", "info": {"a.b": 1}}


def dollar_key(data_folder):
    yield {"_id": "1", "info": [{"$set": 1}]}


def unstorable(data_folder):
    yield {"_id": "1", "info": {"tags": {1, 2}}}


def huge(data_folder):
    yield {"_id": "small"}
    yield {"_id": "huge", "text": "x" * 20_000_000}


def texts(data_folder):
    yield {"_id": "1"}
    yield "not a document"


def a_number(data_folder):
    return 42


def forgets_to_return(data_folder):
    [{"_id": "1"}]


def one_document(data_folder):
    return {"_id": "1", "name": "x"}


async def coroutine(data_folder):
    return [{"_id": "1"}]


def mapping_is_a_list(cls):
    return [{"type": "keyword"}]


def mapping_with_outer(cls):
    return {"properties": {"n": {"type": "integer"}}}


def mapping_fails(cls):
    return {"a": {"type": undefined_name}}  # noqa: F821
