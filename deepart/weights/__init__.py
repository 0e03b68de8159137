"""Trained models on disk: weights/<name>/card.json + model.safetensors. Pickles are never read.

A name such as `orchard-1` means one set of weights for ever: saving refuses to overwrite, loading checks the SHA-256.
"""

from deepart.weights.card import MAX_CARD_BYTES, NAME, ModelCard, WeightsError, card_from_json
from deepart.weights.folders import (
    CARD,
    ROOT,
    TENSORS,
    cards,
    find,
    is_there,
    load,
    load_beside,
    names,
    read_card,
    save,
    write_card,
)
from deepart.weights.imagenet import imagenet_lite, imagenet_lite0
from deepart.weights.tensor_files import MAX_BYTES, check_file, read_tensors

__all__ = [
    "CARD",
    "MAX_BYTES",
    "MAX_CARD_BYTES",
    "NAME",
    "ROOT",
    "TENSORS",
    "ModelCard",
    "WeightsError",
    "card_from_json",
    "cards",
    "check_file",
    "find",
    "imagenet_lite",
    "imagenet_lite0",
    "is_there",
    "load",
    "load_beside",
    "names",
    "read_card",
    "read_tensors",
    "save",
    "write_card",
]
