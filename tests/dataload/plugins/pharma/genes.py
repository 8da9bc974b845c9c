def load(data_folder):
    from pharma.utils.reader import lines

    return [{"_id": name, "gene": {"drugs": text}} for name, text in lines(data_folder, "genes.tsv")]
