"""The command line by its documented words: documents match their schemas, and the exit status says what happened."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

import deepart
from deepart import cli, images, models, recipe, weights
from deepart.models import gan, vae
from deepart.weights import ModelCard

SCHEMAS = json.loads((Path(deepart.__file__).parent / "schemas.json").read_text())
SMALL = {
    "orchard-1": (
        "gan",
        gan.Config(
            height=32, width=32, z_dim=8, w_dim=8, channels=(8, 8, 4), encoder=True, styles=3, directions=1
        ),
    ),
    "atelier-1": ("vae", vae.Config(image_size=16, z_dim=12, channels=(4, 8))),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A weights folder with a small GAN, VAE and classifier, untrained."""
    from deepart.models import restyle, style_cnn

    root = tmp_path_factory.mktemp("weights")
    small = SMALL | {"style-1": ("style_cnn", style_cnn.Config(3, image_size=64))}
    small |= {"hand-1": ("restyle", restyle.Config(s_dim=8, channels=(16, 16, 8, 8, 8)))}
    for name, (arch, config) in small.items():
        labels = [] if arch in ("vae", "restyle") else ["A", "B", "C"]
        settings = {"directions": [{"name": "Warmth", "why": ""}]} if arch == "gan" else {}
        card = ModelCard(name, arch, models.plain(config), labels=labels, settings=settings)
        weights.save(root / name, card, models.build(arch, config))
    return root


@pytest.fixture
def deep(folder, capsys):
    """deep("classify", "x.png") -> (exit status, the JSON document)."""

    def call(*arguments: object) -> tuple[int, object]:
        status = cli.main([*map(str, arguments), "--json", "--weights", str(folder), "--device", "cpu"])
        document = json.loads(capsys.readouterr().out)
        schema = (
            SCHEMAS["error"] if isinstance(document, dict) and "error" in document else SCHEMAS[arguments[0]]
        )
        jsonschema.validate(document, schema)
        return status, document

    return call


@pytest.fixture
def red(tmp_path):
    path = tmp_path / "red.png"
    Image.new("RGB", (40, 20), "red").save(path)
    return path


def test_every_command_has_a_schema():
    assert set(SCHEMAS) - {"$comment", "error"} == {
        "classify", "sample", "project", "walk", "reconstruct", "slide", "morph", "restyle", "enlarge", "adjust", "remake", "models", "evaluate", "index", "train", "benchmark",
    }  # fmt: skip


def test_classify_has_an_entry_for_every_path_bad_ones_included(deep, red, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    status, entries = deep("classify", red, bad, tmp_path / "missing.png")
    assert status == 0 and [e["file"] for e in entries] == [str(red), str(bad), str(tmp_path / "missing.png")]
    assert (
        sum(s["chance"] for s in entries[0]["styles"]) == pytest.approx(1, abs=1e-4)
        and entries[0]["error"] is None
    )
    assert entries[1]["styles"] == [] and entries[1]["error"] and entries[2]["error"]


def test_classify_fails_only_when_nothing_could_be_read(deep, tmp_path):
    (tmp_path / "bad.png").write_text("no picture")
    status, entries = deep("classify", tmp_path / "bad.png")
    assert status == 1 and len(entries) == 1


def test_classify_takes_folders(deep, red):
    assert [Path(e["file"]).name for e in deep("classify", red.parent)[1]] == ["red.png"]


def test_classify_writes_a_table_with_a_row_for_every_path(deep, red, tmp_path):
    (tmp_path / "=1+1.png").write_text("no picture")
    table = tmp_path / "all.csv"
    assert deep("classify", red, tmp_path / "=1+1.png", "--csv", table)[0] == 0
    head, one, two = csv.reader(table.open(encoding="utf-8-sig", newline=""))
    assert head[:4] == ["file", "verdict", "style", "chance"]
    assert one[0] == str(red) and one[2] in "ABC" and 0 < float(one[3]) <= 1 and one[-1] == ""
    assert two[0].endswith("=1+1.png") and two[1:8] == [""] * 7 and two[-1].startswith("'=1+1.png")
    status, document = deep("classify", red, "--csv", tmp_path / "nowhere" / "all.csv")
    assert status == 2 and "nowhere" in document["error"]


def test_index_then_measure_the_nearest_works_and_the_heat_maps(deep, folder, tmp_path):
    rows = ["file,style,artist,title,year,split"]
    for i in range(8):
        noise = np.random.default_rng(i).integers(0, 256, (30, 30, 3), np.uint8)
        Image.fromarray(noise).save(tmp_path / f"{i}.png")
        rows.append(f"{i}.png,{'AB'[i % 2]},Ann,thing {i},18{i}0,{'test' if i > 5 else 'train'}")
    (tmp_path / "metadata.csv").write_text("\n".join(rows))
    data = ("--data", tmp_path)
    status, document = deep("evaluate", "style", *data, "--neighbours")
    assert status == 2 and "has no reference works" in document["error"]
    assert deep("index", "style", *data, "--dry-run")[1] == {"name": "style-1", "works": 6, "bytes": 0}
    assert not (folder / "style-1" / "works.json").exists()
    status, document = deep("index", "style", *data)
    files = [folder / "style-1" / name for name in ("works.json", "works.safetensors")]
    assert (
        status == 0 and document["works"] == 6 and document["bytes"] == sum(f.stat().st_size for f in files)
    )
    status, document = deep("evaluate", "style", *data, "--neighbours", "--heat-map", "--count", 2)
    assert status == 0 and document["metrics"]["neighbours"]["works"] == 6
    assert document["metrics"]["neighbours"]["n"] == document["metrics"]["heat_map"]["n"] == 2
    status, document = deep("evaluate", "style", *data, "--other-seeds", folder / "style-1")
    assert status == 2 and "given twice" in document["error"]
    status, document = deep("evaluate", "style", *data, "--other-seeds", folder / "style-9")
    assert status == 2 and "style-9" in document["error"]
    assert "add --replace" in deep("index", "style", *data)[1]["error"], "nothing is lost unasked"
    assert deep("index", "style", *data, "--replace")[0] == 0
    for file in files:
        file.unlink()


def test_only_classifiers_have_reference_works_and_heat_maps(deep, red):
    for arguments in (
        ["index", "orchard"],
        ["evaluate", "orchard", "--heat-map"],
        ["evaluate", "orchard", "--other-seeds", "x"],
    ):
        status, document = deep(*arguments, "--data", red.parent, "--split", "train")
        assert status == 2 and "is of another kind" in document["error"]
    status, document = deep("index", "atelier", "--data", red.parent, "--split", "train")
    assert status == 2 and "needs 10 works or more, got 1" in document["error"]


def test_sample_writes_pictures_that_can_be_made_again(deep, folder, tmp_path):
    status, document = deep(
        "sample", "orchard", "--seeds", "1-2,9", "--out", tmp_path / "o", "--psi", "0.7", "--scale", 1
    )
    assert status == 0 and [f["seed"] for f in document["files"]] == [1, 2, 9]
    path = Path(document["files"][2]["file"])
    by = recipe.load(path)
    assert (by.model, by.seed, by.psi) == ("orchard-1", 9, 0.7)
    from deepart.studio import Studio

    assert Studio(folder, "cpu").remake(by).tobytes() == images.open_picture(path).tobytes()


def test_another_picture_of_a_name_is_not_written_over_and_the_same_one_is(deep, red, tmp_path):
    def files(*more):
        return [Path(f["file"]).name for f in deep("sample", "orchard", "--seeds", "5", "--out", tmp_path / "o", "--scale", 1, *more)[1]["files"]]  # fmt: skip

    assert files("--psi", "0.8") == files("--psi", "0.8") == ["orchard-1-seed5.png"]
    assert files("--psi", "1.2", "--dry-run") == files("--psi", "1.2") == ["orchard-1-seed5-2.png"]
    assert recipe.load(tmp_path / "o" / "orchard-1-seed5.png").psi == 0.8
    for exposure, name in (
        ("0.5", "red-deepart.png"),
        ("1", "red-deepart-2.png"),
        ("0.5", "red-deepart.png"),
    ):
        _, document = deep("adjust", red, "--set", f"exposure={exposure}", "--out", tmp_path / "o")
        assert Path(document["files"][0]["output"]).name == name
    (tmp_path / "o" / "orchard-1-seed6.png").write_text("no picture of ours")
    _, document = deep("sample", "orchard", "--seeds", "6", "--out", tmp_path / "o", "--scale", 1)
    assert Path(document["files"][0]["file"]).name == "orchard-1-seed6-2.png"


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_file_whose_name_is_no_text_is_told_of_and_stops_nothing(folder, tmp_path):
    for name in (b"caf\xe9.png", b"red.png"):
        Image.new("RGB", (40, 20), "red").save(tmp_path / "x.png")
        os.rename(tmp_path / "x.png", os.path.join(os.fsencode(tmp_path), name))
    call = [sys.executable, "-m", "deepart", "classify", str(tmp_path), "--weights", str(folder), "--csv", str(tmp_path / "t.csv")]  # fmt: skip
    strict = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
    for more in ([], ["--json"]):
        done = subprocess.run([*call, *more], env=strict, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "caf\\udce9.png" in done.stdout and "red.png" in done.stdout
    assert len(json.loads(done.stdout)) == 2
    assert "caf\\udce9.png" in (tmp_path / "t.csv").read_text("utf-8-sig")


def test_who_stops_it_keeps_the_rows_so_far(deep, red, tmp_path, monkeypatch):
    from deepart.studio import Studio

    seen = []
    classify = Studio.classify

    def interrupted(self, *given):
        if seen:
            raise KeyboardInterrupt
        return seen.append(1) or classify(self, *given)

    monkeypatch.setattr(Studio, "classify", interrupted)
    assert deep("classify", red, red, "--csv", tmp_path / "t.csv")[0] == 130
    assert len((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize("seeds", ["", "x", "-1", "9-3", "4294967296", "1-999999999", "1;2"])
def test_bad_seeds_are_bad_usage_and_leave_no_folder(deep, tmp_path, seeds):
    status, document = deep("sample", "orchard", f"--seeds={seeds}", "--out", tmp_path / "o")
    assert status == 2 and "seeds" in document["error"] and not (tmp_path / "o").exists()


def test_a_bad_psi_is_bad_usage(deep, tmp_path):
    assert deep("sample", "orchard", "--psi", "nan", "--out", tmp_path)[0] == 2


def test_a_dry_run_writes_nothing(deep, red, tmp_path):
    assert deep("sample", "orchard", "--out", tmp_path / "o", "--dry-run")[0] == 0
    assert deep("reconstruct", "atelier", red, "--out", tmp_path / "o", "--dry-run")[0] == 0
    assert not (tmp_path / "o").exists()


def test_reconstruct_keeps_the_shape_of_the_picture(deep, red, tmp_path):
    status, document = deep("reconstruct", "atelier", red, red, "--out", tmp_path / "o", "--scale", 4)
    first, second = (Path(f["output"]) for f in document["files"])
    assert status == 0 and first != second  # two pictures of one name do not overwrite each other
    assert Image.open(first).size == (64, 32)


def test_models_lists_every_card_with_its_size(deep):
    status, listed = deep("models")
    assert status == 0
    assert {m["name"]: m["image_size"] for m in listed} == {
        "orchard-1": [32, 32],
        "atelier-1": [16, 16],
        "style-1": [64, 64],
        "hand-1": None,
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["sample", "nobody", "--out", "o"],
            "no model 'nobody'; there are: atelier-1, hand-1, orchard-1, style-1",
        ),
        (["sample", "atelier", "--out", "o"], "not sample"),
        (["evaluate", "style", "--data", "/nowhere"], "not a folder"),
        (["sample", "orchard"], "--out"),
        (["paint"], "invalid choice"),
        (["train", "vae", "--data", "/nowhere", "--name", "Bad Name"], "small letters"),
        (["train", "vae", "--data", "/nowhere", "--name", "x", "--hours", "-1"], "above 0"),
    ],
)
def test_bad_input_gets_exit_status_2_and_a_sentence(deep, arguments, sentence):
    status, document = deep(*arguments)
    assert status == 2 and sentence in document["error"]


def test_what_is_not_there_is_named(deep, red, tmp_path):
    (tmp_path / "empty").mkdir()
    for arguments, sentence in (
        (["classify", tmp_path / "empty"], "no pictures found in"),
        (["restyle", red, "--style", tmp_path / "nope.jpg", "--out", tmp_path / "o"], "there is no file"),
        (["train", "classifier", "--data", tmp_path, "--labels", tmp_path / "l.csv", "--name", "x"], "there is no file 'l.csv' with labels"),
    ):  # fmt: skip
        status, document = deep(*arguments)
        assert status == 2 and sentence in document["error"]


@pytest.mark.slow
def test_train_stop_resume_and_use_the_model(folder, tmp_path, capsys):
    for label, colour in (("Red", "red"), ("Blue", "blue")):
        (tmp_path / "data" / label).mkdir(parents=True)
        for i in range(6):
            Image.new("RGB", (32 + i, 32), colour).save(tmp_path / "data" / label / f"{i}.png")
    common = [
        "--data",
        str(tmp_path / "data"),
        "--name",
        "mine",
        "--out",
        str(tmp_path / "runs"),
        "--size",
        "32",
    ]
    common += ["--channels", "8,16,32", "--batch", "4", "--device", "cpu", "--json"]
    table = "file\n" + "".join(
        f"{p.relative_to(tmp_path / 'data')}\n" for p in sorted((tmp_path / "data").rglob("*.png"))
    )
    (tmp_path / "data" / "metadata.csv").write_text(
        table.replace("file\n", "file,split\n").replace(".png\n", ".png,train\n")
    )
    assert cli.main(["train", "vae", *common, "--dry-run", "--steps", "2"]) == 0
    assert not (tmp_path / "runs").exists()
    capsys.readouterr()
    assert cli.main(["train", "vae", *common, "--steps", "2"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMAS["train"])
    assert document["steps"] == 2 and document["pictures"] == 8
    card, _ = weights.load("mine", tmp_path / "runs")
    assert (
        card.training["steps"] == 2
        and card.data["pictures"] == {"train": 12}
        and [axis["name"] for axis in card.settings["axes"]][-1] == "Mood 6"
    )
    assert cli.main(["train", "vae", *common, "--steps", "4"]) == 2  # models never change
    assert "choose another name" in json.loads(capsys.readouterr().out)["error"]
    (tmp_path / "runs" / "mine" / "model.safetensors").unlink()
    assert cli.main(["train", "vae", *common, "--steps", "4"]) == 1  # a run was begun there
    assert "--resume" in json.loads(capsys.readouterr().out)["error"]
    assert cli.main(["train", "vae", *common, "--steps", "4", "--resume"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 16


def test_a_restyler_is_trained_listed_and_measured(tmp_path, capsys, monkeypatch):
    from deepart.evaluation import restyle as evaluation

    monkeypatch.setattr(evaluation, "SIDE", 64)
    for split in ("train", "test"):
        for i in range(3):
            (tmp_path / "data").mkdir(exist_ok=True)
            rng = np.random.default_rng(i + 9 * (split == "test"))
            Image.fromarray((rng.random((140, 130, 3)) * 255).astype(np.uint8)).save(
                tmp_path / "data" / f"{split}{i}.png"
            )
    rows = "".join(f"{s}{i}.png,{s},noise\n" for s in ("train", "test") for i in range(3))
    (tmp_path / "data" / "metadata.csv").write_text("file,split,style\n" + rows)
    where = ["--data", str(tmp_path / "data"), "--device", "cpu", "--json"]
    home = ["--weights", str(tmp_path / "runs")]
    train = ["train", "restyle", *where, "--name", "hand", "--out", str(tmp_path / "runs"), "--size", "128"]
    assert cli.main([*train, "--contents", str(tmp_path / "data"), "--batch", "2", "--steps", "2"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), SCHEMAS["train"])
    assert next((tmp_path / "runs" / "hand").glob("preview-*.png")).stat().st_size > 1000
    assert cli.main(["models", "--json", *home]) == 0
    listed = json.loads(capsys.readouterr().out)
    jsonschema.validate(listed, SCHEMAS["models"])
    assert [(m["task"], m["image_size"]) for m in listed] == [("restyle", None)]
    assert cli.main(["evaluate", "hand", *where, *home, "--contents", str(tmp_path / "data")]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMAS["evaluate"])
    assert (
        document["metrics"]["pairs"] == 3
        and document["metrics"]["unchanged copy"]["content_lite1"]["mean"] == 0
    )


def test_an_out_that_is_no_folder_is_named(deep, tmp_path):
    (tmp_path / "taken").write_text("mine")
    status, document = deep("sample", "orchard", "--out", tmp_path / "taken")
    assert status == 1 and str(tmp_path / "taken") in document["error"] and "a file" in document["error"]
    assert (tmp_path / "taken").read_text() == "mine"


def test_help_needs_no_torch():
    import subprocess
    import sys

    code = "import sys; from deepart import cli; cli.parser(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.slow
def test_train_a_classifier_on_folders_measure_it_and_ask_it(tmp_path, capsys):
    rng = np.random.default_rng(0)
    for label, colour in (("Red", (220, 30, 30)), ("Blue", (30, 30, 220))):
        (tmp_path / "data" / label).mkdir(parents=True)
        for i in range(12):
            noise = rng.integers(-25, 25, (48, 64, 3)) + np.array(colour)
            Image.fromarray(noise.clip(0, 255).astype(np.uint8)).save(tmp_path / "data" / label / f"{i}.png")
    folder = ["--data", str(tmp_path / "data"), "--json", "--device", "cpu"]
    runs = ["--weights", str(tmp_path / "runs")]
    train = [
        "train",
        "classifier",
        "--name",
        "mine",
        "--out",
        str(tmp_path / "runs"),
        "--size",
        "64",
        "--steps",
        "3",
    ]
    assert cli.main([*train, *folder]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 3
    assert cli.main(["evaluate", "mine", "--split", "train", "--write-card", *folder, *runs]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMAS["evaluate"])
    assert document["metrics"]["accuracy"] > 0.9
    assert weights.load("mine", tmp_path / "runs")[0].metrics["train"] == document["metrics"]
    (tmp_path / "few.csv").write_text("file,label\nRed/0.png,Red\nBlue/0.png,Blue\n")
    few = ["--labels", str(tmp_path / "few.csv"), "--split", "train", "--write-card", *folder, *runs]
    assert cli.main(["evaluate", "mine", *few]) in (0, 1) and capsys.readouterr()
    by = weights.load("mine", tmp_path / "runs")[0].evaluated_by
    assert " --labels few.csv " in by and str(tmp_path) not in by
    red = str(tmp_path / "data" / "Red" / "0.png")
    assert cli.main(["classify", red, "--model", "mine", "--json", *runs]) == 0
    assert json.loads(capsys.readouterr().out)[0]["styles"][0]["style"] == "Red"


def test_a_sample_in_a_manner_says_so_in_its_recipe(deep, tmp_path):
    status, _ = deep("sample", "orchard", "--seeds", "3", "--out", tmp_path, "--style", "A", "--style", "B=3",
                     "--slider", "Warmth=1.5", "--mix", "17:2")  # fmt: skip
    by = recipe.load(tmp_path / "orchard-1-seed3.png")
    assert status == 0 and by.styles == {"A": 0.25, "B": 0.75} and by.sliders == {"Warmth": 1.5}
    assert (by.mix_seed, by.mix_level) == (17, 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--style", "D"), "has no style 'D'; it has: A, B, C"),
        (("--slider", "Warmth=x"), "NAME=NUMBER"),
        (("--mix", "17"), "SEED:LEVEL"),
    ],
)
def test_a_manner_that_cannot_be_is_told(deep, tmp_path, arguments, says):
    status, document = deep("sample", "orchard", "--seeds", "3", "--out", tmp_path / "none", *arguments)
    assert status == 2 and says in document["error"] and not (tmp_path / "none").exists()


def test_project_finds_a_painting_for_every_picture_that_can_be_read(deep, red, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    status, document = deep("project", "orchard", red, bad, "--steps", "8", "--out", tmp_path / "out")
    assert status == 0 and [bool(f["error"]) for f in document["files"]] == [False, True]
    assert recipe.load(document["files"][0]["output"]).z


def test_walk_writes_a_film(deep, tmp_path):
    status, document = deep("walk", "orchard", "--seeds", "1,2", "--seconds", "0.5", "--fps", "8", "--out", tmp_path / "w.webp")  # fmt: skip
    with Image.open(tmp_path / "w.webp") as film:
        assert status == 0 and document["frames"] == film.n_frames == 4
    status, document = deep("walk", "orchard", "--out", tmp_path / "w.avi")
    assert status == 2 and "mp4, gif, webp" in document["error"]


def test_slide_moves_an_axis_and_keeps_the_detail_when_asked(deep, red, tmp_path):
    status, document = deep(
        "slide", "atelier", red, "--axis", "Mood 1=1.5", "--keep-detail", "--out", tmp_path / "o"
    )
    output = document["files"][0]["output"]
    by = recipe.load(output)
    assert status == 0 and Image.open(output).size == (40, 20) and by.own_name == "red.png"
    status, document = deep(
        "slide", "atelier", red, "--axis", "Mood 1=1.5", "--absolute", "--out", tmp_path / "p"
    )
    soft = recipe.load(document["files"][0]["output"])
    assert soft.own_sha256 is None and soft.sliders["Mood 1"] == pytest.approx(1.5, abs=0.02)
    assert (
        deep("slide", "atelier", red, "--axis", "Mood 1=1", "--out", tmp_path / "none", "--dry-run")[0] == 0
    )
    status, document = deep("slide", "atelier", red, "--axis", "Fear=1", "--out", tmp_path / "none")
    assert status == 2 and "has no axis 'Fear'" in document["error"] and not (tmp_path / "none").exists()


def test_restyle_paints_every_picture_that_can_be_read(deep, red, tmp_path):
    bad, style = tmp_path / "bad.png", tmp_path / "style.png"
    bad.write_bytes(b"no picture")
    Image.effect_mandelbrot((80, 60), (-2, -1, 1, 1), 30).convert("RGB").save(style)
    wish = (
        "--style",
        style,
        red,
        "--share",
        "1",
        "3",
        "--strength",
        "60",
        "--stroke",
        "fine",
        "--keep-colours",
    )
    status, document = deep("restyle", red, bad, *wish, "--size", "32", "--out", tmp_path / "o")
    assert status == 0 and [bool(f["error"]) for f in document["files"]] == [False, True]
    output = document["files"][0]["output"]
    by = recipe.load(output)
    assert Image.open(output).size == (32, 16) and by.own_name == "red.png"
    assert [(look["name"], look["share"]) for look in by.looks] == [("style.png", 0.25), ("red.png", 0.75)]
    assert by.sliders == {"strength": 0.6, "keep_colours": 1.0, "stroke": 0.0, "rest": 0.0}
    assert deep("restyle", red, "--style", style, "--out", tmp_path / "none", "--dry-run")[0] == 0
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (("--strength", "101"), "from 0 to 100 %"),
        (("--size", "half"), "a size is full"),
        (("--size", "5"), "32 to 16384 pixels"),
        (("--share", "1", "2"), "a share above 0"),
        (("--style", *["red.png"] * 5), "one to 4 style pictures"),
        (("--style", "gone.png"), "gone.png"),
    ],
)
def test_restyle_refuses_bad_wishes_before_it_paints(deep, red, tmp_path, monkeypatch, wish, sentence):
    monkeypatch.chdir(red.parent)
    status, document = deep("restyle", red, "--style", red, *wish, "--out", tmp_path / "none")
    said = document.get("error") or document["files"][0]["error"]
    assert status in (1, 2) and sentence in said and not (tmp_path / "none").exists()


def test_morph_writes_a_film_through_the_pictures(deep, red, tmp_path):
    blue = tmp_path / "blue.png"
    Image.new("RGB", (20, 40), "blue").save(blue)
    film = ("--seconds", "0.5", "--fps", "8", "--out", tmp_path / "m.webp")
    status, document = deep("morph", "atelier", red, blue, *film)
    with Image.open(tmp_path / "m.webp") as made:
        assert status == 0 and document["frames"] == made.n_frames == 4
        assert np.abs(np.asarray(made.convert("RGB"), float) - (255, 0, 0)).mean() < 12, (
            "it begins as the first"
        )
    status, document = deep("morph", "atelier", red, *film)
    assert status == 2 and "2 to 16 pictures" in document["error"]
    assert deep("morph", "atelier", red, blue, "--out", tmp_path / "n.mp4", "--dry-run")[0] == 0
    assert not (tmp_path / "n.mp4").exists()


def test_index_of_a_vae_makes_its_map(deep, folder, tmp_path):
    for i, style in enumerate(("A", "B", "C")):
        (tmp_path / "data" / style).mkdir(parents=True)
        for j in range(12):
            rng = np.random.default_rng(20 * i + j)
            Image.fromarray((rng.random((24, 24, 3)) * 80 + 60 * i).astype(np.uint8)).save(
                tmp_path / "data" / style / f"{j}.png"
            )
    common = ("index", "atelier", "--data", tmp_path / "data", "--split", "train")
    assert deep(*common, "--dry-run")[1]["bytes"] == 0
    status, document = deep(*common)
    path = folder / "atelier-1" / "map.safetensors"
    assert status == 0 and document["works"] > 20 and document["bytes"] == path.stat().st_size
    path.unlink()


@pytest.fixture
def twelve(tmp_path):
    """Twelve small pictures in two folders."""
    rng = np.random.default_rng(0)
    for i in range(12):
        path = tmp_path / "data" / ("sea" if i % 2 else "sky") / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)).resize((40, 32)).save(path)
    return tmp_path / "data"


def test_a_check_says_what_is_there_and_trains_nothing(deep, twelve, tmp_path):
    (twelve / "sea" / "bad.png").write_bytes(b"words")
    wish = (
        "train",
        "vae",
        "--data",
        twelve,
        "--name",
        "mine",
        "--out",
        tmp_path / "runs",
        "--steps",
        "9",
        "--batch",
        "2",
    )
    status, document = deep(*wish, "--check")
    found = document["check"]
    assert status == 0 and found["pictures"] == 12 and found["labels"] == {"sky": 6, "sea": 6}
    assert found["unreadable"][0]["file"] == "sea/bad.png" and "on this CPU" in found["estimate"]["sentence"]
    assert {p.name for p in (tmp_path / "runs" / "mine").iterdir()} == {".lock", "augmented.png"}
    status, document = deep("train", "vae", "--data", tmp_path / "nowhere", "--name", "mine", "--check")
    assert status == 2 and "not a folder" in document["error"]


def trained(deep, noun, twelve, tmp_path, *options):
    name = f"my-{noun}"
    wish = (
        "train",
        noun,
        "--data",
        twelve,
        "--name",
        name,
        "--out",
        tmp_path / "runs",
        "--steps",
        "2",
        "--batch",
        "2",
    )
    status, document = deep(*wish, *options)
    assert status == 0, document
    return weights.load(name, tmp_path / "runs")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("noun", "start"), [("vae", "atelier-1"), ("classifier", "style-1"), ("restyle", "hand-1")]
)
def test_a_training_goes_on_from_the_newest_model_unless_told_otherwise(
    deep, folder, twelve, tmp_path, noun, start
):
    options = ("--size", "128") if noun == "restyle" else ()  # of its pictures; the model takes any
    card, network = trained(deep, noun, twelve, tmp_path, *options, "--init", start)
    assert card.training["init"] == start
    theirs = weights.load(start, folder)[1].state_dict()
    moved = [(v - theirs[k]).abs().max() for k, v in network.state_dict().items() if v.shape == theirs[k].shape and "weight" in k]  # fmt: skip
    assert float(sum(moved)) < 0.2 * sum(float(theirs[k].abs().max()) for k in theirs if "weight" in k)


def test_the_default_start_is_the_newest_of_the_kind_and_none_is_from_nothing(folder):
    from deepart.training import starts

    assert starts.chosen(None, "vae", folder, False) == "atelier-1"
    assert starts.chosen("none", "vae", folder, False) is None
    assert starts.chosen(None, "vae", folder, True) is None  # asked for a build of its own
    assert starts.chosen("orchard", "gan", folder, True) == "orchard-1"
    assert starts.chosen(None, "enlarge", folder, False) is None
    with pytest.raises(weights.WeightsError, match="starts from nothing"):
        starts.chosen("orchard", "enlarge", folder, False)


def test_a_start_of_another_kind_or_build_is_refused(deep, twelve, tmp_path):
    wish = ("--data", twelve, "--name", "mine", "--out", tmp_path / "runs", "--steps", "1")
    status, document = deep("train", "vae", *wish, "--init", "orchard")
    assert status == 2 and "cannot start a vae" in document["error"]
    status, document = deep("train", "vae", *wish, "--init", "atelier", "--size", "32")
    assert status == 2 and "--init none" in document["error"]


@pytest.mark.slow
def test_a_finished_model_goes_to_the_folder_of_models_whole(deep, folder, twelve, tmp_path):
    wish = (
        "--data",
        twelve,
        "--name",
        "mine",
        "--out",
        tmp_path / "runs",
        "--into",
        tmp_path / "models",
        "--steps",
        "2",
    )
    status, _ = deep("train", "vae", *wish, "--batch", "2")
    card, _ = weights.load("mine", tmp_path / "models")
    assert status == 0 and card.is_own and card.training["init"] == "atelier-1"
    assert (
        not weights.is_there(tmp_path / "runs" / "mine")
        and (tmp_path / "models" / "mine" / "sheet.png").is_file()
    )
    assert [p.name for p in (tmp_path / "models").iterdir()] == ["mine"]
    status, document = deep("train", "vae", *wish)
    assert status == 2 and "choose another name" in document["error"]


def test_remake_makes_the_same_pixels_and_asks_for_the_file_that_they_were_made_from(deep, red, tmp_path):
    deep("sample", "orchard", "--seeds", "1", "--out", tmp_path / "new")
    deep("adjust", red, "--set", "turns=1", "--out", tmp_path / "new")
    made = sorted((tmp_path / "new").iterdir())
    status, document = deep("remake", tmp_path / "new", "--own", red, "--out", tmp_path / "again")
    assert status == 0 and [entry["error"] for entry in document["files"]] == [None, None]
    for before, entry in zip(made, document["files"], strict=True):
        assert Image.open(before).tobytes() == Image.open(entry["output"]).tobytes()
    status, document = deep("remake", tmp_path / "new", red, "--out", tmp_path / "third")
    said = {Path(entry["file"]).name: entry["error"] for entry in document["files"]}
    assert status == 0 and "put that file there too" in said["red-deepart.png"]
    assert "carries no deepart recipe" in said["red.png"] and None in said.values()
