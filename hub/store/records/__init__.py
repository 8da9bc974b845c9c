"""Typed repositories of the hub's records; the documents have the shapes that existing tools read."""
