"""Restyle: any picture in the manner of any painting, at its own size."""

from deepart.restyling.levels import PREVIEW
from deepart.restyling.regions import Regions
from deepart.restyling.restyling import Restyling
from deepart.restyling.wish import MOST_LOOKS, STROKES, Look, Wish

__all__ = ["MOST_LOOKS", "PREVIEW", "STROKES", "Look", "Regions", "Restyling", "Wish"]
