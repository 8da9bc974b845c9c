from .columns import SCORE


def load_data(input_file):
    with open(input_file, encoding="utf-8") as file:
        for line in file:
            name, score = line.rstrip("\n").split("\t")
            yield {"_id": name, "scores": {SCORE: float(score)}}


def custom_mapping(cls):
    return {"scores": {"properties": {SCORE: {"type": "float"}}}}
