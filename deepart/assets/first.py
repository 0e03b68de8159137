"""Makes the pictures that are on view before any click: `python -m deepart.assets.first`, after new weights.

Each is a PNG with its recipe in deepart/assets/first/, named sample-<n>.png and sliders.png; classify.json holds what
the classifier says about the first example, and by which weights.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from deepart import recipe, weights
from deepart.assets import FIRST, FOLDER
from deepart.studio import Studio

SEEDS = (2, 3, 10, 20, 39, 41, 46, 58)
PSI = 0.8
POINT_SEED = 7
EXAMPLE = "wave"  # the first picture on the Classify tab


def main() -> None:
    """Replace the first pictures by those of the default models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", default=str(weights.ROOT), help="the folder of models")
    parser.add_argument(
        "--seeds", default=",".join(map(str, SEEDS)), help="eight seeds to show on the Sample tab"
    )
    parser.add_argument("--psi", type=float, default=PSI, help="truncation psi of those eight, 0 to 1.5")
    parser.add_argument(
        "--point", type=int, default=POINT_SEED, help="seed of the place that the Sliders tab opens with"
    )
    options = parser.parse_args()
    studio = Studio(options.weights)
    FIRST.mkdir(exist_ok=True)
    for old in FIRST.glob("*.png"):
        old.unlink()
    for i, seed in enumerate(options.seeds.split(",")):
        made = studio.sample(studio.default("sample"), seed, options.psi)
        recipe.save(made.picture, FIRST / f"sample-{i}.png", made.recipe)
    model = studio.default("sliders")
    place = studio.random_point(model, options.point)
    place = studio.move(model, place, [max(-3.0, min(3.0, v)) for v in studio.values(model, place)])
    made = studio.draw(model, place)
    recipe.save(made.picture, FIRST / "sliders.png", made.recipe)
    classify(studio)
    print(f"wrote {len(list(FIRST.iterdir()))} files to {FIRST.name}/")


def classify(studio: Studio) -> None:
    """Write classify.json: the example, the weights that looked at it, and what they said."""
    name = studio.default("classify")
    card, _ = studio.model(name, "classify")
    found = asdict(studio.classify(FOLDER / f"{EXAMPLE}.jpg", name))
    found |= {"example": EXAMPLE, "weights_sha256": card.sha256}
    (FIRST / "classify.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
