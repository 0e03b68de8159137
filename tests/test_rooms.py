"""The import rule of the rooms: what a room may know of, and who may know of Gradio and torch."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A room may import from its own column and from those to the left.
COLUMNS = (
    {"needs", "disk", "stops"},
    {
        "images",
        "latents",
        "devices",
        "data",
        "films",
        "palette",
        "styles",
        "spreadsheet",
        "archives",
        "rescue",
        "detail",
        "tiles",
    },
    {"recipe"},
    {"history", "links", "presets"},
    {"models"},
    {"weights"},
    {"painting", "explain", "resemble", "model_zips"},
    {"evaluation"},
    {"training"},
    {"supervisor"},
    {"studio"},
    {"sampling", "assets", "eye", "bench", "restyling", "enlarging", "adjust"},
    {"remaking"},
    {"ui", "cli", "commands", "__main__", "benchmark", "flags"},
    {"app"},
)
PLACE = {room: column for column, rooms in enumerate(COLUMNS) for room in rooms}
FILES = [*sorted((ROOT / "deepart").rglob("*.py")), ROOT / "app.py"]


def room_of(path: Path) -> str:
    """deepart/images/png.py -> images; deepart/__init__.py -> "" (belongs to nobody, imports nothing)."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return "app" if parts == ("app",) else parts[1].removesuffix(".py") if parts[1] != "__init__" else ""


def imports(path: Path) -> list[str]:
    """Dotted names that a file imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full, so that this test can read them"
            found += [f"{node.module}.{name.name}" for name in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_rooms_to_its_left(path):
    room = room_of(path)
    for name in imports(path):
        if name.startswith("deepart."):
            other = name.split(".")[1]
            if other in PLACE:
                assert room in PLACE, f"give {room} a place in COLUMNS"
                assert PLACE[other] <= PLACE[room], f"{room} must not import {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_page_knows_gradio_and_it_knows_no_torch(path):
    heads = {name.split(".")[0] for name in imports(path)}
    if room_of(path) in ("ui", "app"):
        assert not heads & {"torch", "torchvision", "timm", "safetensors"}
    else:
        assert "gradio" not in heads


def test_the_rule_finds_what_it_should(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from deepart.studio import Studio\n    import torch.nn\n")
    assert imports(bad) == ["deepart.studio.Studio", "torch.nn"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_constant_is_given_twice(path):
    """Two sentences of one name: the second would stand in the first one's place, too."""
    given = [
        name.id
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    ]
    assert len(given) == len(set(given)), sorted({name for name in given if given.count(name) > 1})
