"""What each command does: options -> (a JSON document, exit status). Words for people go to standard output unless
--json was given; progress bars go to standard error."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from deepart import data, films, images, painting, recipe, studio, weights
from deepart.cli import BAD, FAILED, UsageError
from deepart.commands.common import Result
from deepart.commands.edits import adjust, enlarge
from deepart.commands.generators import project, sample, walk
from deepart.commands.index import index
from deepart.commands.models import benchmark, evaluate, list_models
from deepart.commands.pictures import classify, reconstruct
from deepart.commands.remaking import again
from deepart.commands.restyling import restyle
from deepart.commands.sliders import morph, slide
from deepart.commands.train import train
from deepart.training.loop import TrainingError

INPUT_ERRORS = (data.DataError, films.FilmError, images.PictureError, painting.PaintingError, recipe.RecipeError, studio.StudioError, weights.WeightsError, ValueError)  # fmt: skip
RUN_ERRORS = (TrainingError, OSError, MemoryError)

COMMANDS: dict[str, Callable[[argparse.Namespace], Result]] = {
    "train": train,
    "evaluate": evaluate,
    "index": index,
    "classify": classify,
    "sample": sample,
    "project": project,
    "walk": walk,
    "reconstruct": reconstruct,
    "slide": slide,
    "morph": morph,
    "restyle": restyle,
    "enlarge": enlarge,
    "adjust": adjust,
    "remake": again,
    "models": list_models,
    "benchmark": benchmark,
}
__all__ = ["BAD", "COMMANDS", "FAILED", "INPUT_ERRORS", "RUN_ERRORS", "UsageError"]
