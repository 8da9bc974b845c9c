def load_data(data_folder):
    import helpers.text
    import version

    from helpers import text

    yield {"_id": "x", "version": version.NAME, "text": text.TEXT, "dotted": helpers.text.TEXT}
