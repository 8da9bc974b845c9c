"""Writing a manifest plugin as Python code: `exporter` makes the folder, `modules` the text of its modules."""

from hub.dataload.export.exporter import PARTS, Mappings, export_plugin

__all__ = ["PARTS", "Mappings", "export_plugin"]
