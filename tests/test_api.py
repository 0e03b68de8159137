"""What a program does: every named endpoint through gradio_client, and what nobody should get."""

import json
import urllib.error
import urllib.request

import pytest
from badfiles import encode, gradient
from PIL import Image

from deepart import recipe, weights
from deepart.assets import FOLDER
from deepart.studio import Studio

gradio_client = pytest.importorskip("gradio_client")
NAMED = {
    "/classify",
    "/explain",
    "/resembles",
    "/palette",
    "/compare",
    "/sample",
    "/paint",
    "/project",
    "/walk",
    "/vary",
    "/sheet",
    "/random_point",
    "/encode",
    "/slide",
    "/edit",
    "/combine",
    "/spot",
    "/morph",
    "/restyle",
    "/enlarge",
    "/adjust",
    "/models",
    "/remake",
}


@pytest.fixture(scope="module")
def client(app):
    return gradio_client.Client(app, verbose=False)


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "mine.png"
    path.write_bytes(encode(gradient(300, 200), "PNG"))
    return gradio_client.handle_file(path)


def refused(client, *values, api_name):
    with pytest.raises(Exception) as caught:
        client.predict(*values, api_name=api_name)
    text = str(caught.value)
    assert "Traceback" not in text and "/" not in text.replace("px/s", ""), text
    return text


def test_only_the_named_endpoints_are_published_each_with_a_description(client):
    published = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(published) == NAMED
    assert all(endpoint.get("description") for endpoint in published.values())


def test_classify_ranks_every_style(client, picture):
    found = client.predict(picture, api_name="/classify")
    chances = [style["chance"] for style in found["styles"]]
    assert sum(chances) == pytest.approx(1, abs=1e-3) and chances == sorted(chances, reverse=True)
    assert found["verdict"] in ("sure", "unsure", "not-a-painting") and found["sentence"]


def test_explain_says_where_and_what_the_style_is(client, picture):
    found = client.predict(picture, "", api_name="/explain")
    best = client.predict(picture, api_name="/classify")["styles"][0]
    assert (found["style"], found["chance"]) == (best["style"], pytest.approx(best["chance"], abs=1e-4))
    assert len(found["heat"]) == len(found["heat"][0]) == 28
    assert "Look for" in found["about"] and found["source"]
    overlay = found["overlay"]["path"] if isinstance(found["overlay"], dict) else found["overlay"]
    assert Image.open(overlay).size == (300, 200)
    assert client.predict(picture, "Cubism", api_name="/explain")["style"] == "Cubism"
    assert "There is no style 'Doodles'" in refused(client, picture, "Doodles", api_name="/explain")


def test_palette_of_two_colours(client, tmp_path):
    two = Image.new("RGB", (80, 40), "#c03020")
    two.paste((20, 40, 160), (60, 0, 80, 40))
    two.save(tmp_path / "two.png")
    found = client.predict(gradio_client.handle_file(tmp_path / "two.png"), api_name="/palette")
    assert [(s["hex"], s["share"]) for s in found["swatches"]] == [("#c03020", 0.75), ("#1428a0", 0.25)]
    assert (found["warm"], found["cool"]) == (0.75, 0.25)


def test_a_picture_compared_with_itself_is_alike(client, picture):
    found = client.predict(picture, picture, api_name="/compare")
    assert found["shared"] == pytest.approx(1, abs=1e-3) and found["first"] == found["second"]
    assert found["similarity"] is None or found["similarity"] == pytest.approx(1, abs=1e-3)
    assert found["first"]["palette"]["swatches"] and len(found["first"]["styles"]) == 20


def test_resembles_names_works_or_says_that_there_are_none(client, picture, weights_folder):
    if not (weights_folder / Studio(weights_folder, "cpu").default("classify") / "works.json").exists():
        assert "no reference works" in refused(client, picture, api_name="/resembles")
        return
    found = client.predict(picture, 3, api_name="/resembles")
    assert len(found["works"]) == 3 and found["painters"] and found["of"] > 1000
    for count in (0, 51, -1, 100_000):
        assert "from 1 to 50" in refused(client, picture, count, api_name="/resembles")
    assert set(found["works"][0]) == {"painter", "title", "year", "style", "similarity"}


def test_sample_gives_files_with_recipes(client):
    files = client.predict("", "7", 2, 0.5, api_name="/sample")
    made = [recipe.load(path) for path in files]
    assert [(by.task, by.seed, by.psi) for by in made] == [("sample", 7, 0.5), ("sample", 8, 0.5)]
    assert Image.open(files[0]).size == Image.open(files[1]).size


def test_a_painting_in_a_manner_says_so_in_its_recipe(client):
    found = client.predict("", 7, 0.8, None, None, 9, 2, api_name="/paint")
    by = recipe.load(found["path"] if isinstance(found, dict) else found)
    assert (by.seed, by.mix_seed, by.mix_level) == (7, 9, 2)
    assert "has no style 'Fear'" in refused(client, "", 7, 0.8, {"Fear": 1.0}, api_name="/paint")
    assert "level 1 to" in refused(client, "", 7, 0.8, None, None, 9, 15, api_name="/paint")


def test_project_puts_a_picture_into_the_generator(client, picture):
    found = client.predict(picture, "", api_name="/project")
    path = found["file"]["path"] if isinstance(found["file"], dict) else found["file"]
    by = recipe.load(path)
    assert by.seed is None and by.z == pytest.approx(found["z"], abs=1e-6) and 0 < found["error"] < 2


def test_walk_is_a_film(client):
    path = client.predict([1, 2], "", 0.8, 0.5, 8, "webp", True, api_name="/walk")
    with Image.open(path["path"] if isinstance(path, dict) else path) as film:
        assert film.n_frames == 4
    assert "2 to 16 paintings" in refused(client, [1], "", 0.8, 0.5, 8, "webp", True, api_name="/walk")


@pytest.mark.parametrize("seed", [-1, 1e99, "abc", "nan", 1.5, 2**32])
def test_a_bad_seed_is_answered_by_a_sentence(client, seed):
    assert "whole number from 0 to 4294967295" in refused(client, "", seed, 1, 0.8, api_name="/sample")


@pytest.mark.parametrize("psi", ["nan", -0.1, 1.6, "much", 1e99])
def test_a_bad_psi_is_answered_by_a_sentence(client, psi):
    assert "number from 0 to 1.5" in refused(client, "", 1, 1, psi, api_name="/sample")


@pytest.mark.parametrize("count", [0, 65, 1.5, "many"])
def test_a_bad_count_is_answered_by_a_sentence(client, count):
    assert "whole number from 1 to 64" in refused(client, "", 1, count, 0.8, api_name="/sample")


def test_a_model_that_is_not_there_is_named(client):
    assert "no model 'nobody-1'" in refused(client, "nobody-1", 1, 1, 0.8, api_name="/sample")
    assert "not sample" in refused(client, "atelier", 1, 1, 0.8, api_name="/sample")


def test_slide_needs_no_memory_of_earlier_calls(client):
    place = client.predict("", 3, api_name="/random_point")
    first = client.predict([1.0, -1.0], "", place["point"], api_name="/slide")
    second = client.predict([1.0, -1.0], "", place["point"], api_name="/slide")
    assert Image.open(first).tobytes() == Image.open(second).tobytes()
    values = list(recipe.load(first).sliders.values())
    assert values[:2] == pytest.approx([1, -1], abs=1e-3)
    assert values[2:] == pytest.approx(list(place["sliders"].values())[2:], abs=1e-3)


def test_encode_keeps_the_shape_of_the_own_picture(client, picture):
    side = weights.load("atelier")[0].config["image_size"]
    place = client.predict(picture, "", api_name="/encode")
    assert Image.open(client.predict([], "", place["point"], api_name="/slide")).size == (
        8 * side,
        round(8 * side * 2 / 3),
    )


@pytest.mark.parametrize(
    ("sliders", "point", "says"),
    [
        ([99.0], None, "from -10 to 10 sigma"),
        (["a"], None, "from -10 to 10 sigma"),
        ([0.0] * 500, None, "from -10 to 10 sigma"),
        ([], {"z": [1.0, 2.0]}, "latent numbers, got 2"),
        ([], {"z": "x"}, "A point is what random_point or encode gave"),
        ([], {"z": [0.0] * 64, "aspect": [1, 10**9]}, "A point is what random_point or encode gave"),
    ],
)
def test_a_bad_place_is_answered_by_a_sentence(client, sliders, point, says):
    assert says in refused(client, sliders, "", point, api_name="/slide")


def test_edit_moves_a_named_axis_of_an_own_picture_at_its_own_size(client, picture):
    there = client.predict(picture, "", api_name="/encode")["sliders"]
    axis = next(iter(there))
    found = client.predict(picture, {axis: 1.5}, api_name="/edit")
    path = found["path"] if isinstance(found, dict) else found
    by = recipe.load(path)
    assert Image.open(path).size == (300, 200) and by.own_sha256
    assert by.sliders[axis] == pytest.approx(there[axis] + 1.5, abs=1e-3)
    assert "has no axis 'Fear'" in refused(client, picture, {"Fear": 1.0}, api_name="/edit")
    assert "sigma a number" in refused(client, picture, {axis: "x"}, api_name="/edit")


def test_points_are_added_and_filmed(client):
    a, b = (client.predict("", seed, 0.5, api_name="/random_point")["point"] for seed in (1, 2))
    found = client.predict([a, b], [b], api_name="/combine")
    assert found["point"]["z"] == pytest.approx(a["z"], abs=1e-3)
    path = client.predict([a, b], "", 0.5, 8, "webp", api_name="/morph")
    with Image.open(path["path"] if isinstance(path, dict) else path) as film:
        assert film.n_frames == 4
    assert "2 to 16 pictures" in refused(client, [a], api_name="/morph")
    assert "A point is what" in refused(client, [None, "x"], api_name="/morph")


@pytest.mark.parametrize("endpoint", ["/classify", "/explain", "/palette", "/encode"])
@pytest.mark.parametrize(
    ("data", "says"), [(b"", "is empty"), (b"words", "is text"), (b"\x89PNG\r\n\x1a\n", "is damaged")]
)
def test_a_bad_file_is_answered_by_a_sentence(client, tmp_path, endpoint, data, says):
    (tmp_path / "mine.png").write_bytes(data)
    assert says in refused(client, gradio_client.handle_file(tmp_path / "mine.png"), api_name=endpoint)


@pytest.mark.parametrize(
    "file",
    [
        {"path": "/etc/hostname"},
        {"path": str(FOLDER / "wave.jpg")},
        {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}},
        {"path": "../../etc/hostname", "meta": {"_type": "gradio.FileData"}},
        {"path": None, "url": "http://127.0.0.1:9/x.png", "meta": {"_type": "gradio.FileData"}},
        {"path": "http://127.0.0.1:9/x.png", "meta": {"_type": "gradio.FileData"}},
        {"url": "data:image/png;base64,AAAA", "meta": {"_type": "gradio.FileData"}},
        "/etc/hostname",
        ["/etc/hostname"],
        None,
    ],
)  # fmt: skip
def test_a_file_that_nobody_uploaded_is_refused_and_tells_nothing(app, file):
    request = urllib.request.Request(
        f"{app}/gradio_api/call/classify",
        json.dumps({"data": [file]}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        event = json.load(urllib.request.urlopen(request, timeout=30))["event_id"]
        answer = urllib.request.urlopen(f"{app}/gradio_api/call/classify/{event}", timeout=30).read().decode()
    except urllib.error.HTTPError as error:
        answer = f"event: error {error.read().decode()}"
    assert "event: error" in answer and "event: complete" not in answer
    assert "hostname" not in answer and "Traceback" not in answer


def test_restyle_paints_a_picture_in_the_manner_of_others(client, picture, tmp_path):
    styles = [gradio_client.handle_file(FOLDER / f"{name}.jpg") for name in ("wave", "mist")]
    path = client.predict(picture, styles, "", 80, [1, 3], True, "bold", 160, api_name="/restyle")
    by = recipe.load(path)
    assert Image.open(path).size == (160, 107) and by.own_sha256 and by.task == "restyle"
    assert [look["share"] for look in by.looks] == [0.25, 0.75] and by.sliders["strength"] == 0.8


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (([],), "one to four style pictures"),
        ((None, "", 200), "from 0 to 100 %"),
        ((None, "", 100, [0]), "a share above 0"),
        ((None, "", 100, None, False, "wild"), "fine, medium, bold"),
        ((None, "", 100, None, False, "fine", 7), "32 to 16384 pixels"),
        ((None, "", 100, None, False, "fine", 64, "4x4:9*16"), "row by row"),
        ((None, "orchard"), "restyle"),
    ],
)
def test_restyle_refuses_bad_wishes_with_the_rule(client, picture, wish, sentence):
    styles, *rest = wish
    styles = [gradio_client.handle_file(FOLDER / "wave.jpg")] if styles is None else styles
    assert sentence in refused(client, picture, styles, *rest, api_name="/restyle")


def path_of(found):
    return found["path"] if isinstance(found, dict) else found


def test_variations_are_neighbours_of_one_seed_and_the_same_each_time(client):
    first, second = client.predict("", 5, 2, 20, 0.8, api_name="/vary")
    again = client.predict("", 5, 2, 20, 0.8, api_name="/vary")
    assert recipe.load(first).z != recipe.load(second).z
    assert Image.open(first).tobytes() == Image.open(again[0]).tobytes()
    assert "more than 0 and at most 1" in refused(client, "", 5, 2, 0, 0.8, api_name="/vary")


def test_a_sheet_has_a_row_for_each_seed_and_a_column_for_each_value(client):
    one = Image.open(path_of(client.predict([1], "psi", None, api_name="/sheet"))).size
    two = Image.open(path_of(client.predict([1, 2], "psi", [0.5, 1.0], api_name="/sheet"))).size
    assert two[0] < one[0] and two[1] > one[1]
    assert "contact sheet has 1 to" in refused(client, [], "psi", None, api_name="/sheet")


def test_a_spot_of_the_map_or_the_middle_of_a_style(client, weights_folder):
    if not (weights_folder / Studio(weights_folder, "cpu").default("sliders") / "map.safetensors").exists():
        assert "has no map" in refused(client, 0.5, 0.5, api_name="/spot")
        return
    found = client.predict(0.2, 0.8, api_name="/spot")
    assert len(found["styles"]) == 6 and set(found["styles"]) <= set(found["all"])
    middle = client.predict(None, None, found["all"][0], api_name="/spot")
    assert middle["styles"] == found["all"][:1] and all(0 <= v <= 1 for v in middle["at"])
    assert Image.open(client.predict([], "", middle["point"], api_name="/slide")).size[0] > 100
    assert "two numbers from 0 to 1" in refused(client, 2, 0.5, api_name="/spot")
    assert "There is no style 'Doodles'" in refused(client, None, None, "Doodles", api_name="/spot")


def test_models_are_listed_with_what_they_do(client, weights_folder):
    found = client.predict(api_name="/models")
    cards = Studio(weights_folder, "cpu").cards()
    assert [(m["name"], m["task"], m["sha256"]) for m in found] == [(c.name, c.task, c.sha256) for c in cards]


def test_a_picture_is_made_again_from_its_png(client, picture):
    (painted,) = client.predict("", 11, 1, 0.8, api_name="/sample")
    again = client.predict(gradio_client.handle_file(painted), None, api_name="/remake")
    assert Image.open(path_of(again)).tobytes() == Image.open(painted).tobytes()
    turned = path_of(client.predict(picture, {"turns": 1}, api_name="/adjust"))
    again = client.predict(gradio_client.handle_file(turned), picture, api_name="/remake")
    assert Image.open(path_of(again)).tobytes() == Image.open(turned).tobytes()
    assert "put that file there too" in refused(
        client, gradio_client.handle_file(turned), None, api_name="/remake"
    )
    assert "carries no deepart recipe" in refused(client, picture, None, api_name="/remake")
