"""Indexing: turn a build into a search index, count it, and move the alias when it is whole."""
