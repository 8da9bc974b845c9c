from .dump import PeaksDumper
from .upload import PeaksUploader

__all__ = ["PeaksDumper", "PeaksUploader"]
