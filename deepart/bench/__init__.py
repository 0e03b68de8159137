"""What an artist can do with a VAE: slide, put a picture of their own on the sliders, morph, find their way on a map.

`places` moves in the latent space, `own` keeps the detail of the artist's picture, `values` is a file of slider values,
`morph` goes from place to place, `atlas` is the map of the paintings that the model learned from.
"""

from deepart.bench.morph import Morph, Route, strip
from deepart.bench.own import Own
from deepart.bench.places import AXES, REACH, SHOWN, Axis, Bench, Place, Point

__all__ = ["AXES", "REACH", "SHOWN", "Axis", "Bench", "Morph", "Own", "Place", "Point", "Route", "strip"]
