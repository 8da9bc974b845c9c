"""Releases of other hubs, installed here and kept up to date."""
