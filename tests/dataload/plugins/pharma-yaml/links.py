def load(data_folder, prefix=""):
    import utils.reader

    return {f"{prefix}{name}": {"link": text} for name, text in utils.reader.lines(data_folder, "links.tsv")}
