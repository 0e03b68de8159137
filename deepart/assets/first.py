"""Makes the pictures that are on view before any click: `python -m deepart.assets.first`, after new weights.

Each is a PNG with its recipe in deepart/assets/first/, named sample-<n>.png and restyle.png; sliders.json is the recipe of an
example on the sliders, ends.json holds small
pictures of both ends of every slider, and classify.json what the classifier says about the first example, and by which
weights. Beside the restyler goes pairs.jpg.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
from dataclasses import asdict

from PIL import Image, ImageOps

from deepart import images, recipe, weights
from deepart.assets import FIRST, FOLDER
from deepart.bench import REACH, Bench, Place
from deepart.bench.own import own
from deepart.restyling import Restyling, Wish
from deepart.studio import Studio

SEEDS = (8, 13, 20, 21, 35, 43, 46, 48)
PSI = 0.8
ON_SLIDERS = "mist"  # the picture that the Sliders tab opens with
PAIR = 180  # px of a picture on the sheet of pairs
THUMBNAIL = 48  # px of the pictures at the ends of a slider
RESTYLED = ("dusk", "wave")  # the picture that the Restyle tab opens with, and its style
EXAMPLE = "wave"  # the first picture on the Classify tab


def main() -> None:
    """Replace the first pictures by those of the default models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default=str(weights.ROOT), help="the folder of models")
    parser.add_argument(
        "--seeds", default=",".join(map(str, SEEDS)), help="eight seeds to show on the Sample tab"
    )
    parser.add_argument("--psi", type=float, default=PSI, help="truncation psi of those eight, 0 to 1.5")
    options = parser.parse_args()
    studio = Studio(options.weights)
    FIRST.mkdir(exist_ok=True)
    for old in FIRST.glob("*.png"):
        old.unlink()
    for i, seed in enumerate(options.seeds.split(",")):
        made = studio.sample(studio.default("sample"), seed, options.psi)
        recipe.save(made.picture, FIRST / f"sample-{i}.png", made.recipe)
    sliders(studio)
    classify(studio)
    restyle(studio)
    pairs(studio)
    print(f"wrote {len(list(FIRST.iterdir()))} files to {FIRST.name}/")


def sliders(studio: Studio) -> None:
    """Write sliders.json, and ends.json: the mean painting with each axis at either end, as small JPEGs."""
    bench, model = Bench(studio), studio.default("sliders")
    by = bench.recipe(model, bench.put(model, FOLDER / f"{ON_SLIDERS}.jpg"))
    (FIRST / "sliders.json").write_text(by.to_json() + "\n", "utf-8")
    ends = []
    for i in range(len(bench.axes(model))):
        at = [bench.move(model, bench.origin(model), [0.0] * i + [sigma]) for sigma in (-REACH, REACH)]
        ends.append([_small(bench.preview(model, Place(point))) for point in at])
    told = {"weights_sha256": by.weights_sha256, "ends": ends}
    (FIRST / "ends.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _small(picture: Image.Image) -> str:
    """A picture of THUMBNAIL px as a `data:` URL."""
    file = io.BytesIO()
    picture.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS).save(file, "JPEG", quality=82)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def classify(studio: Studio) -> None:
    """Write classify.json: the example, the weights that looked at it, and what they said."""
    name = studio.default("classify")
    card, _ = studio.model(name, "classify")
    found = asdict(studio.classify(FOLDER / f"{EXAMPLE}.jpg", name))
    found |= {"example": EXAMPLE, "weights_sha256": card.sha256}
    (FIRST / "classify.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def restyle(studio: Studio) -> None:
    """Write restyle.png: one example in the manner of another."""
    picture, style = (FOLDER / f"{name}.jpg" for name in RESTYLED)
    made = Restyling(studio).restyle(studio.default("restyle"), picture, [style])
    recipe.save(made.picture, FIRST / "restyle.png", made.recipe)


def pairs(studio: Studio) -> None:
    """Write pairs.jpg beside the restyler: six pictures of ours, each in the manner of each, none left out.

    The first row holds the styles, the first column the pictures.
    """
    restyling, name = Restyling(studio), studio.default("restyle")
    files = [FOLDER / f"{example}.jpg" for example in ("wave", "planes", "dusk", "mist")]
    files += [FIRST / "sample-0.png", FIRST / "sample-4.png"]
    looks = [restyling.look(name, file) for file in files]
    rows = [[images.open_picture(file) for file in files]]
    rows[0].insert(0, Image.new("RGB", (PAIR, PAIR), "white"))
    for file in files:
        mine = own(file)
        rows.append(
            [restyling.small(mine), *(restyling.preview(name, mine, Wish((look,), (1.0,))) for look in looks)]
        )
    sheet = Image.new("RGB", ((PAIR + 4) * 7 - 4, (PAIR + 4) * 7 - 4), "white")
    for i, row in enumerate(rows):
        for j, picture in enumerate(row):
            sheet.paste(ImageOps.fit(picture, (PAIR, PAIR)), (j * (PAIR + 4), i * (PAIR + 4)))
    sheet.save(weights.find(name, studio.root) / "pairs.jpg", quality=88)


if __name__ == "__main__":
    main()
