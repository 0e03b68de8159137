"""Names in the core's sentences: hostile ones stay names and cost no time, and what is not ours stays as it is."""

import pytest

from deepart.images import PictureError
from deepart.ui import guard, tongue, words
from deepart.ui.words.told import DEEPEST, LONGEST, told
from deepart.weights import WeightsError


@pytest.fixture
def chinese():
    with tongue.speaking("zh"):
        yield


HOSTILE = {
    "long": "a" * 5000,
    "full of our words": " is empty: " * 450,
    "full of colons": ": " * 2500,
    "full of holes": "{0}" * 1600,
    "full of quotes": "'\"“”" * 1200,
    "in lines": "a\nb\r\n\0" * 800,
    "all like our sentences": "the card of model 'x' is damaged: " * 140,
    "of lone halves": "\ud800" * 5000,
    "patterns": "(a+)+$.*?[\\" * 400,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(chinese, name):
    """A pattern that tries all ways would need more than a lifetime for some of these."""
    hostile = HOSTILE[name]
    assert told(hostile)
    assert (
        told(f"{hostile}.png is empty: download or export it again.")
        == f"“{hostile}.png”是空文件：请重新下载或导出。"
    )
    assert told(f"{hostile}.png is {hostile} x 3 pixels, longer than 9: crop it and try again.").endswith(
        "请裁剪后再试。"
    )
    assert hostile in told(f"there is no style '{hostile}'; there are: Abstract, Baroque")
    assert told(f"this file of presets is damaged: {hostile}").startswith("这个预设文件已损坏：")
    assert told(hostile * (LONGEST // len(hostile) + 1)) == hostile * (LONGEST // len(hostile) + 1)


def test_sentences_in_sentences_end(chinese):
    deep = "this file of presets is damaged: " * (4 * DEEPEST)
    assert told(deep + "x").count("这个预设文件已损坏") == DEEPEST


@pytest.mark.parametrize("text", ["", ".", "wave.jpg", "My own label", "Hokusai: Wave, 1831", "it is what it is", "12:30", "a: b"])  # fmt: skip
def test_what_is_not_ours_stays_as_it_is(chinese, text):
    assert told(text) == text


def test_capitals_and_full_stops_do_not_matter(chinese):
    whole = "this link is damaged: copy it again, whole"
    assert told(whole) == "这个链接已损坏：请重新完整地复制"
    assert told(whole[0].upper() + whole[1:] + ".") == "这个链接已损坏：请重新完整地复制。"
    assert words.sentence(whole) == "这个链接已损坏：请重新完整地复制。"
    assert words.sentence(words.sentence(whole)) == words.sentence(whole)


def test_words_and_numbers_stand_apart_as_chinese_print_has_it(chinese):
    assert told("sliders must be at most 9 named numbers") == "滑杆应是最多 9 个有名字的数"
    assert told("the share of a look must be a number, got 'x'") == "风格样本的份额应是一个数，而不是“x”"
    assert told("psi must be a number, got 'x'") == "psi 应是一个数，而不是“x”"


def test_english_is_not_touched():
    for text in ("this link is damaged: copy it again, whole", "Ukiyo-e", "Mood 3", "x" * 50_000):
        assert told(text) == text
    assert words.sentence("psi must be from 0 to 2, got 3") == "Psi must be from 0 to 2, got 3."
    assert guard.sentence(PictureError("图.png is empty: download it.")) == "图.png is empty: download it."
    assert guard.sentence(WeightsError("there is no model '图'")) == "There is no model '图'."
