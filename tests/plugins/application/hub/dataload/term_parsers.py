import os

from shared_tools.clean import cleaned


def load_terms(data_folder, terms_file, prefix):
    with open(os.path.join(data_folder, terms_file)) as lines:
        for line in lines:
            yield {"_id": "%s:%s" % (prefix, cleaned(line)), "name": cleaned(line)}
