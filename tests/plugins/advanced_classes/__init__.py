from .dump import PlanetDumper
from .upload import PlanetUploader, MoonUploader
