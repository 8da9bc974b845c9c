import os

from biothings import config
from biothings.utils.dataload import dict_sweep, open_anyfile, tabfile_feeder, value_convert_to_number

logging = config.logger


def load_planets(path):
    for name, radius, english in tabfile_feeder(path, header=1):
        yield dict_sweep(
            value_convert_to_number({"_id": name, "radius": radius, "names": {"en": english}}, skipped_keys=["_id"])
        )


def load_moons(data_folder):
    logging.warning("moons of %s", "all planets")
    with open_anyfile((os.path.join(data_folder, "planets.zip"), "moons.tsv")) as lines:
        for line in lines:
            moon, planet = line.rstrip("\n").split("\t")
            yield {"_id": moon, "planet": planet}
