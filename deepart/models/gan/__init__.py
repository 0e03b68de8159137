"""A style-based generator with an encoder, and a projected discriminator."""

from deepart.models.gan.discriminator import (
    Discriminator,
    Mixer,
    critic,
    hinge_d,
    hinge_g,
    out_of_range,
    variety,
)
from deepart.models.gan.generator import Config, Encoder, Generator, Level, ModulatedConv, mapping

__all__ = ["Config", "Discriminator", "Encoder", "Generator", "Level", "Mixer", "ModulatedConv", "critic", "hinge_d",
           "hinge_g", "mapping", "out_of_range", "variety"]  # fmt: skip
