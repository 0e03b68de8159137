"""What the core says, in Chinese: nothing that it can say is missing, nothing is in the tables that it does not say."""

import json
import re

import pytest

from deepart import styles as core_styles
from deepart.adjust import LIMITS
from deepart.evaluation.attributes import ATTRIBUTES
from deepart.restyling.wish import STROKES
from deepart.ui import tongue
from deepart.ui.words.told import HOLE, key, pairs
from deepart.weights import ROOT as WEIGHTS
from tests import raised
from tests.telling import is_told

TEXTS = raised.texts()
PAIRS = dict(pairs())
CARDS = [json.loads(path.read_text("utf-8")) for path in sorted(WEIGHTS.glob("*/card.json"))]
ELSEWHERE = {  # readings that no run gives; the real ones stand in `test_what_trainings_tell_is_told`
    f"the training {raised.HOLE} is {raised.HOLE}": "the state is one of six, each with its own sentence",
    f"{raised.HOLE} pictures are few for a {raised.HOLE}: with {raised.HOLE} or more it becomes better": "of five kinds",
}


@pytest.fixture
def chinese():
    with tongue.speaking("zh"):
        yield


def filled(text: str) -> tuple[str, list[str]]:
    numbers = iter(range(9001, 9999))
    filled = re.sub(raised.HOLE, lambda _: str(next(numbers)), text)
    return filled, re.findall(r"9\d\d\d", filled)


def test_every_error_and_warning_of_the_core_has_its_chinese(chinese):
    assert len(TEXTS) > 250, "the source is not read any more"
    missing = []
    for text, at in TEXTS.items():
        if text not in ELSEWHERE:
            sample, values = filled(text)
            try:
                is_told(sample, *values)
            except AssertionError as reason:
                missing.append(f"{at}: {str(reason).splitlines()[0]}")
    assert not missing, "\n".join(missing)
    assert set(ELSEWHERE) <= set(TEXTS)


def test_the_reader_of_the_source_finds_what_it_should(tmp_path, monkeypatch):
    found = set(TEXTS)
    hole = raised.HOLE
    assert f"{hole} is a sound, not a picture: choose a picture." in found  # from a table
    assert f"model {hole} has no map: make it again with python -m deepart index" in found  # with a constant
    assert f"{hole} in this zip is a link: pack the pictures themselves" in found  # one of two
    assert f"psi must be a number, got {hole}" in found  # from a function's argument
    assert f"{hole} files cannot be read and are left out" in found  # advice
    (tmp_path / "deepart").mkdir()
    (tmp_path / "deepart" / "new.py").write_text('raise StudioError(f"the moon is {phase!r}")', "utf-8")
    monkeypatch.setattr(raised, "ROOT", tmp_path)
    assert raised.texts() == {f"the moon is {hole}": "new.py:1"}


def holes(text: str) -> list[str]:
    return re.findall(r"\{(\d+)\}", text)


@pytest.mark.parametrize("english", PAIRS)
def test_an_entry_keeps_its_values(english):
    mine = holes(english)
    assert mine == [str(i) for i in range(len(mine))], "numbered as they stand"
    assert sorted(holes(PAIRS[english])) == sorted(mine)
    assert "{0}{1}" not in english and not english.endswith("."), "told adds the full stop"


def test_no_entry_is_given_twice():
    keys = [key(english) for english, _ in pairs()]
    assert not {each for each in keys if keys.count(each) > 1}


def test_no_entry_is_stale():
    """Every piece of an error's entry stands in the core's source; every name there, or in a card."""
    source = raised.constants() + json.dumps(CARDS, ensure_ascii=False) + "\nAnonymous\n"
    known = {key(text).removesuffix(".") for text in TEXTS}
    stale = []
    for english in PAIRS:
        pieces = [piece.strip(" :,;.()'") for piece in HOLE.split(english)]
        if HOLE.sub(raised.HOLE, key(english)) not in known:
            lower = source.lower()
            stale += [english] if any(piece.lower() not in lower for piece in pieces) else []
    composed = [
        e
        for e in stale
        if e.startswith(("the training {0} is", "{0} pictures are few for a", "about {0} on"))
    ]
    assert set(stale) == set(composed)


# Names that a page shows as they are.


@pytest.mark.parametrize("name", core_styles.STYLES)
def test_a_style_and_its_sentences_are_told(chinese, name):
    is_told(name)
    said = is_told(core_styles.STYLES[name].sentences)
    assert said.count("。") == 3
    assert set(re.findall(r"\d{4}", said)) <= set(re.findall(r"\d{4}", core_styles.STYLES[name].sentences))


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card["name"])
def test_what_a_card_calls_things_is_told(chinese, card):
    is_told(card["title"])
    for label in card.get("labels", []):
        is_told(label)
    for axis in (*card.get("settings", {}).get("axes", ()), *card.get("settings", {}).get("directions", ())):
        is_told(axis["name"])
        is_told(axis["why"])


def test_what_an_own_model_may_call_its_axes_is_told(chinese):
    for name in (*ATTRIBUTES, "Mood 17"):
        is_told(name)
    is_told("no measured name")


def test_the_controls_that_a_sentence_may_name_are_told(chinese):
    for name in (*LIMITS, *STROKES):
        is_told(name)
