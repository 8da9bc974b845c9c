import pathlib


def lines(folder, name):
    for line in pathlib.Path(folder, name).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")
