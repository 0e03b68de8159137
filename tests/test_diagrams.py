"""The pictures of a classifier's card."""

import numpy as np

from deepart.evaluation import diagrams


def test_what_is_said_often_is_dark():
    picture = np.asarray(diagrams.confusion([[9, 0], [4, 5]], ["Cubism", "Fauvism"])).astype(int)
    cell = lambda row, column: picture[diagrams.NAMES + 30 * row + 4, diagrams.NAMES + 30 * column + 4].sum()  # noqa: E731
    assert cell(0, 0) < cell(1, 1) < cell(1, 0) < cell(0, 1)


def test_believable_chances_lie_on_the_diagonal():
    picture = np.asarray(diagrams.reliability([[0.5, 0.5, 20], [0.9, 0.2, 20]], 0.35)).astype(int)
    place = lambda chance, right: tuple(picture[40 + round(400 * (1 - right)), 64 + round(400 * chance)])  # noqa: E731
    assert place(0.5, 0.5) == place(0.9, 0.2) == diagrams.FILL
    assert place(0.9, 0.95) != diagrams.FILL
