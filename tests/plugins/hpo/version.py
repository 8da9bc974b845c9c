"""The release of the Human Phenotype Ontology."""


def get_release(self):
    """The date of the annotations, in their second line."""
    return "2025-01-16"
