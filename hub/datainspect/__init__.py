"""Looking into documents: which fields there are, of which types, and the search mapping they ask for."""
