"""Key lookup: bringing documents to other identifiers along a graph of identifier types.

graph = IdGraph()
graph.add("ensembl", "entrez", StoreEdge("ensembl_gene", "ensembl.gene", "entrezgene"))
graph.add("symbol", "ensembl", FileEdge("/data/symbols.tsv", "symbol", "ensembl"))
to_entrez = KeyLookup(graph, [("symbol", "gene.symbol")], ["entrez"], skip_on_failure=True)

@to_entrez
def load_data(data_folder): ...
"""

from hub.datatransform.edges import Edge, FileEdge, RegexEdge, StoreEdge
from hub.datatransform.graph import IdGraph
from hub.datatransform.lookup import KeyLookup
from hub.datatransform.services import ApiEdge, BioThingsEdge

__all__ = ["ApiEdge", "BioThingsEdge", "Edge", "FileEdge", "IdGraph", "KeyLookup", "RegexEdge", "StoreEdge"]
