import pathlib


def lines(folder, name):
    for line in pathlib.Path(folder, name).read_text(encoding="utf-8").splitlines():
        name, text = line.split("\t")
        yield name, f"yaml {text}"
