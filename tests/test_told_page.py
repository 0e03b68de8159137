"""The core's sentences on their way to the page: real refusals, what trainings tell, and what the tabs call things."""

import errno
import re
import zipfile
from types import SimpleNamespace

import pytest
import torch
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
from deepart.ui import faders, guard, parts, tongue
from deepart.ui.eye import many, shown
from deepart.ui.sample.wall import choices
from deepart.ui.sliders.map import _said, _sheets
from deepart.ui.train import shown as train_shown
from deepart.ui.words.told import told
from deepart.weights import find, read_card
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


def test_what_a_classifier_says_is_chinese(chinese):
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
    bank = faders.standing([Axis("Light from above", "no measured name"), Axis("Mood 3", "")], [0, 0])
    assert [axis["name"] for axis in bank["axes"]] == ["上方的光", "情调 3"] and bank["axes"][0][
        "why"
    ] == "没有量得的名字"


def test_lists_show_chinese_and_give_back_what_the_server_knows(chinese):
    atlas = SimpleNamespace(styles=("Rococo", "Mine"), style=torch.tensor([0, 1]), at=torch.rand(2, 2))
    sheets, said = _sheets(lambda model: atlas, "m")
    assert [(sheet["name"], sheet["label"]) for sheet in sheets] == [
        ("Rococo", "洛可可"),
        ("Mine", "Mine"),
    ] and not said
    assert _said(["Rococo", "Rococo", "Mine"]).count("洛可可 (2), Mine") == 1
    assert choices(["apples"])[1] == ("苹果", "apples")
    studio = SimpleNamespace(
        cards=lambda task: [SimpleNamespace(title="Lens", name="lens-1")], default=lambda task: "lens-1"
    )
    assert parts.model_choice(studio, "enlarge").choices == [("放大镜 (lens-1)", "lens-1")]
    work = SimpleNamespace(
        work=SimpleNamespace(painter="Anonymous", title="", year="", style="Ukiyo-e"), similarity=0.5
    )
    near = SimpleNamespace(
        works=[work], painters=[SimpleNamespace(painter="Anonymous", similarity=0.5)], of=1
    )
    assert shown.resemblance(near).count("佚名") == 2 and "浮世绘" in shown.resemblance(near)
