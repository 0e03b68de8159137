"""A folder of pictures -> checked, labelled, split, batched.

Labels and splits come from a `metadata.csv` (its only required column is `file`) or, without one, from the names of
the sub-folders. Without a column `split`, pictures are split 90/5/5 by a hash of their content, and near-duplicates
stay on one side.
"""

from deepart.data.examples import (
    SPLITS,
    DataError,
    Example,
    common_labels,
    indices,
    labels_of,
    normalise,
    select,
)
from deepart.data.folders import ENDINGS, of_aspect, scan
from deepart.data.splits import difference_hash, hash_of, near_groups, split_by_content
from deepart.data.tensors import Batches, load, to_float

__all__ = [
    "ENDINGS",
    "SPLITS",
    "Batches",
    "DataError",
    "Example",
    "common_labels",
    "difference_hash",
    "hash_of",
    "indices",
    "labels_of",
    "load",
    "near_groups",
    "normalise",
    "of_aspect",
    "scan",
    "select",
    "split_by_content",
    "to_float",
]
