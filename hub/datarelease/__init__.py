"""Releases for others: notes, snapshots, publishing."""
