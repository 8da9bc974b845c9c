from version import NAME

TEXT = f"text of {NAME}"
