from .upload import ClassesUploader  # noqa: F401
