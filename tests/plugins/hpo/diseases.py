"""Diseases of the Human Phenotype Ontology: one document for each disease, with its phenotypes."""

from itertools import groupby

from hub.parsers import tsv

FIELDS = ["hpo_id", "reference", "evidence", "onset", "frequency", "sex", "modifier", "aspect", "qualifier"]


def load_data(data_folder):
    """Yield documents such as {"_id": "OMIM:1", "disease": {"name": "...", "phenotypes": [{"hpo_id": "HP:1"}]}}.

    The file is sorted by disease, so one disease at a time is held.
    """
    rows = tsv(
        data_folder,
        "phenotype.hpoa",
        id="{database_id}",
        columns=["disease_name", *FIELDS],
        comment="#",
        lists={"reference": ";", "modifier": ";"},
    )
    for disease, annotations in groupby(rows, lambda row: row["_id"]):
        phenotypes = []
        for row in annotations:
            name = row.pop("disease_name")
            del row["_id"]
            phenotypes.append(row)
        yield {"_id": disease, "disease": {"name": name, "phenotypes": phenotypes}}
