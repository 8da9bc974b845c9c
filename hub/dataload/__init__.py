"""Plugins: their manifests, downloads (`dumper`) and documents (`uploader`)."""
