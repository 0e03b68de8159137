"""What a picture resembles: the nearest works of a reference set, and the nearest painters.

No picture is kept, only a short row of numbers for each work and four facts: painter, title, year, style. `works`
searches, `building` fits the numbers to a classifier, `files` reads and writes them beside it.
"""

from deepart.resemble.building import build
from deepart.resemble.files import exists, read, write
from deepart.resemble.works import ANONYMOUS, NearPainter, NearWork, Work, Works

__all__ = ["ANONYMOUS", "NearPainter", "NearWork", "Work", "Works", "build", "exists", "read", "write"]
