"""Entrepot: a declarative data-integration hub (import package and command: ``hub``)."""

__version__ = "0.1.0"
