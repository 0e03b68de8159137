"""What we say of styles: every label has its words, and they are short."""

import re

import pytest

from deepart import styles, weights

LABELS = [(c.name, label) for c in weights.cards() if c.task == "classify" for label in c.labels]


@pytest.mark.parametrize(("model", "label"), LABELS, ids=str)
def test_every_style_of_the_shipped_classifiers_has_words(model, label):
    assert styles.about(label) is not None


@pytest.mark.parametrize("name", styles.STYLES)
def test_two_or_three_sentences_with_a_time_and_a_source(name):
    style = styles.STYLES[name]
    assert 2 <= len(re.findall(r"[.] [A-Z]|[.]$", style.sentences.replace("J. M. W. ", ""))) <= 3
    assert 120 < len(style.sentences) < 420 and "Look for" in style.sentences
    assert re.search(r"\d\d|century|centuries|thousand years", style.sentences)
    assert len(style.source) > 15


def test_of_a_style_that_is_not_ours_nothing_is_said():
    assert styles.about("Doodles") is None
