"""The core's sentences on their way to the page: real refusals, what trainings tell, hostile names, and every tab's names."""

import errno
import re
import zipfile

import pytest
from PIL import Image

from deepart import adjust, archives, data, films, images, latents, links, model_zips, presets, recipe, rescue
from deepart import disk as core_disk
from deepart.adjust import Adjustments
from deepart.bench import values as slider_values
from deepart.enlarging import check_size
from deepart.eye import Row
from deepart.recipe import Recipe
from deepart.restyling import regions, wish
from deepart.studio import Axis, Classification, Studio, _sentence, checked
from deepart.styles import about
from deepart.supervisor import Order, Supervisor, pictures
from deepart.training import checkup, status, watch
from deepart.training.status import Status
from deepart.ui import faders, guard, tongue, words
from deepart.ui.eye import many, shown
from deepart.ui.sample.wall import _choices
from deepart.ui.train import shown as train_shown
from deepart.ui.words.told import DEEPEST, LONGEST, told
from deepart.weights import WeightsError, find, read_card
from tests import badfiles
from tests.telling import foreign, is_told

SHA = "0" * 64


@pytest.fixture
def chinese():
    with tongue.speaking("zh"):
        yield


# The core itself, made to say no.


def by(**changes) -> Recipe:
    return Recipe(
        **{"task": "sample", "model": "m", "weights_sha256": SHA, "version": "1", "seed": 1} | changes
    )


def opened(folder, name: str, content: bytes):
    (folder / name).write_bytes(content)
    return images.open_picture(folder / name)


def zipped(folder, **entries):
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return archives.unpack(folder / "z.zip", folder / "out")


def png(side: int) -> bytes:
    return badfiles.encode(Image.new("RGB", (side, side)), "PNG")


REFUSED = {  # name -> (what refuses, what must stay in the sentence)
    "text as a picture": (lambda f: opened(f, "diary.png", b"Dear diary"), ["diary.png"]),
    "an empty picture": (lambda f: opened(f, "nothing.png", b""), ["nothing.png"]),
    "too small a picture": (lambda f: opened(f, "dot.png", png(3)), ["dot.png", "3 × 3", "8 × 8"]),
    "a picture cut short": (lambda f: opened(f, "cut.png", png(40)[:-30]), ["cut.png"]),
    "a picture that is not there": (lambda f: images.open_picture(f / "gone.jpg"), ["gone.jpg"]),
    "a JPEG for its recipe": (lambda f: recipe.load(badfiles.encode(Image.new("RGB", (9, 9)), "JPEG")), []),
    "a PNG without a recipe": (lambda f: recipe.load(png(9)), []),
    "a recipe that is none": (lambda f: recipe.from_json("{"), []),
    "a recipe without a task": (lambda f: recipe.from_json("{}"), ["“task”"]),
    "a recipe of tomorrow": (lambda f: recipe.from_json('{"schema": 99}'), ["99"]),
    "a slider that is no number": (lambda f: by(sliders={"Warmth": "much"}), ["“Warmth”", "“much”"]),
    "a wrong model in a recipe": (lambda f: by(model="a b"), ["“a b”"]),
    "a look without its sha256": (
        lambda f: by(looks=[{"name": "x", "sha256": "1", "share": 1, "code": ""}]),
        ["“1”"],
    ),
    "a wrong seed": (lambda f: checked(latents.check_seed, "mine"), ["“mine”"]),
    "wrong seeds": (lambda f: checked(latents.parse_seeds, "1-"), ["“1-”"]),
    "a wild psi": (lambda f: checked(latents.check_psi, 7), ["7"]),
    "a damaged link": (lambda f: links.from_code("1.xyz"), []),
    "no file of presets": (lambda f: presets.from_file(b"{}"), []),
    "a damaged file of presets": (
        lambda f: presets.from_file(b'{"deepart": "presets", "schema": 1, "presets": {"a": {"task": 1}}}'),
        ["“model”"],
    ),
    "a preset without a name": (lambda f: presets.put({}, " ", by()), ["60"]),
    "no film": (lambda f: films.Film(f / "a.mov", 24), [".mov", "mp4, gif, webp"]),
    "a dark exposure": (lambda f: Adjustments(exposure=-99), ["曝光", "“-99”"]),
    "an unknown adjustment": (lambda f: adjust.from_numbers({"glitter": 1}), ["“glitter”", "对比"]),
    "no colour": (lambda f: adjust.hex_colours("#12"), ["“#12”"]),
    "too large": (lambda f: check_size((4000, 4000), 4), ["16000 × 16000", "4000 万"]),
    "odd regions": (lambda f: regions.from_text("nowhere"), ["x"]),
    "too few styles": (lambda f: wish.Wish((), ()), ["0"]),
    "no values": (lambda f: slider_values.read_settings(b"", "m", [], []), []),
    "an empty folder": (lambda f: data.scan(f), [lambda f: str(f), ".png"]),
    "no folder": (lambda f: data.scan(f / "none"), [lambda f: str(f / "none")]),
    "a zip of nothing": (lambda f: list(zipped(f, **{"a.txt": b"x"})), [".png"]),
    "a zip that points outside": (lambda f: list(zipped(f, **{"../a.png": b""})), ["“../a.png”"]),
    "no zip": (lambda f: model_zips.take(__file__, f), []),
    "no such model": (lambda f: find("nobody", f), ["“nobody”", "无"]),
    "a model without a card": (lambda f: read_card(f / "bare"), ["“bare”"]),
    "no model at all": (lambda f: Studio(f, "cpu").default("classify"), []),
    "a wrong name": (lambda f: Order("vae", "My Prints", f), []),
    "a wrong kind": (lambda f: Order("poem", "p", f), ["vae, gan, restyle, classifier", "“poem”"]),
    "no such training": (lambda f: Supervisor(f, f).end("prints", "pause"), ["“prints”"]),
    "a song among pictures": (lambda f: pictures.gather([("song.mp3", f)], f), ["“song.mp3”"]),
}


@pytest.mark.parametrize("refusal", REFUSED)
def test_what_the_core_refuses_is_said_in_chinese(tmp_path, chinese, refusal):
    make, values = REFUSED[refusal]
    with pytest.raises(guard.KNOWN) as error:
        list(make(tmp_path) or ())
    said = guard.sentence(error.value)
    kept = [value(tmp_path) if callable(value) else value for value in values]
    is_told(str(error.value), *kept)
    assert said.endswith("。") and all(value in said for value in kept)
    with tongue.speaking("en"):
        assert foreign(guard.sentence(error.value)), "English stays English"


def test_what_the_disk_and_the_machine_say(chinese, tmp_path):
    for number, why in core_disk._REASONS.items():
        is_told(why)
        is_told(f"a.png could not be written, {core_disk.reason(OSError(number, 'x'))}", "a.png")
        is_told(f"the disk did not do it, {why}")
    is_told(core_disk.reason(OSError(errno.ELOOP, "Too many levels")), "too many levels")
    for why in (rescue.GPU_FULL, rescue.GPU_LOST, rescue.NO_MEMORY):
        is_told(why)
        is_told(f"{why}; what was saved is kept: go on with --resume, or with a smaller --batch")
    assert guard.sentence(MemoryError()) == told(rescue.NO_MEMORY) + "。"
    with pytest.raises(core_disk.DiskError) as error, core_disk.whole(tmp_path / "none" / "a.png"):
        pass
    assert guard.sentence(error.value).startswith("“a.png”")


def test_what_trainings_tell_is_told(chinese):
    why = watch.COLLAPSED.format(now=0.4)
    for text in (
        watch.BY_HEART.format(step=120), why, watch.COPIES.format(now=0.3), why.partition(" (")[0],
        watch.COPIES.partition(" (")[0], watch.KEPT.format(why=why, step=80), watch.UNKEPT.format(why=why), status.OUR_FAULT,
    ):  # fmt: skip
        is_told(text)
    for state in (status.WAITING, *status.ACTIVE, status.FINISHED):
        is_told(f"the training 'prints' is {state}", "“prints”")
    for noun in checkup.ENOUGH:
        is_told(f"7 pictures are few for a {noun}: with 60 or more it becomes better", "7", "60")
    for device in ("GPU", "CPU"):
        text = f"about 3 h 40 on this {device}, at 3.2 pictures a second: each of your 40 training pictures is seen about 9 times; 1.5 GB of memory"
        is_told(text, "3 小时 40 分", "3.2", "40", "9", "1.5")


def test_a_report_of_pictures_is_chinese(chinese):
    found = checkup.Checkup(
        pictures=9, unreadable=[{"file": "a.png", "why": "a.png is empty: download or export it again."}],
        sizes={name: [9, 9] for name in ("smallest", "middle", "largest")}, advice=["4 files cannot be read and are left out"],
        estimate={"sentence": "about 12 min on this CPU, at 3.2 pictures a second: each of your 9 training pictures is seen about 9 times; 1.5 GB of memory"},
    ).plain()  # fmt: skip
    said = train_shown.report(found)
    assert "大约 12 分钟" in said and "4 个文件读不出来" in said and "“a.png”是空文件" in said
    live = train_shown.live(Status("vae", "prints", status.FAILED, sentence=rescue.NO_MEMORY, warnings=[watch.BY_HEART.format(step=5)]))  # fmt: skip
    assert "空闲内存不够" in live and "死记图片" in live
    assert train_shown.span(4000) == "67 分钟"


def test_what_a_classifier_says_is_chinese_and_what_it_is_told_is_not(chinese):
    ranked = [("Ukiyo-e", 0.6), ("Fauvism", 0.3)]
    for verdict in ("sure", "unsure", "not-a-painting"):
        found = Classification(ranked, verdict, _sentence(ranked, verdict))
        said = shown.styles(found)
        assert "浮世绘" in said and "野兽派" in said and not foreign(re.sub("<.*?>", "", said))
    assert "葛饰北斋" in shown.about([("Ukiyo-e", about("Ukiyo-e"))])
    row = many.as_html(Row("a.png", Classification(ranked, "sure", ""), Image.new("RGB", (9, 9))))
    assert "浮世绘" in row and "野兽派" in row
    assert "“a.png”是空文件" in many.as_html(
        Row("a.png", error="a.png is empty: download or export it again.")
    )
    assert _choices(["apples"])[1] == ("苹果", "apples"), "the server is asked for what it knows"
    bank = faders.standing([Axis("Light from above", "no measured name"), Axis("Mood 3", "")], [0, 0])
    assert [axis["name"] for axis in bank["axes"]] == ["上方的光", "情调 3"] and bank["axes"][0][
        "why"
    ] == "没有量得的名字"


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
    assert (
        guard.sentence(images.PictureError("图.png is empty: download it."))
        == "图.png is empty: download it."
    )
    assert guard.sentence(WeightsError("there is no model '图'")) == "There is no model '图'."
