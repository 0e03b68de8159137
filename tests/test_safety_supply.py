"""The checks of what is installed: they see a changed file, a version out of range and a package from an address."""

from importlib import metadata

import pytest

from tests.safety import floors, supply


def test_every_range_has_a_floor_and_what_is_installed_lies_in_it():
    pinned = floors.floors(supply.REQUIREMENTS.read_text("utf-8"))
    assert "torch==2.10" in pinned and len(pinned) == len(set(pinned))
    tally = supply.Tally()
    supply.check_ranges(tally)
    assert not tally.faults


@pytest.mark.parametrize("line", ["torch", "torch @ git+https://example.org/torch", "torch~=2.1", "torch>2"])
def test_a_requirement_without_a_floor_is_refused(line):
    with pytest.raises(ValueError, match="name>=oldest"):
        floors.floors(line)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A distribution "toy" of one file, whose RECORD holds the right hash."""
    (tmp_path / "toy.py").write_text("print(1)\n")
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "RECORD").write_text(f"toy.py,sha256={supply.digest(tmp_path / 'toy.py', 'sha256')},9\n")
    return metadata.Distribution.at(info)


def test_a_good_package_passes_and_a_changed_or_missing_file_is_named(package, tmp_path):
    good, changed, missing = supply.Tally(), supply.Tally(), supply.Tally()
    supply.check_files(package, good)
    assert (good.files, good.faults) == (1, [])
    (tmp_path / "toy.py").write_text("print(2)\n")
    supply.check_files(package, changed)
    assert changed.faults == ["toy: toy.py was changed"]
    (tmp_path / "toy.py").unlink()
    supply.check_files(package, missing)
    assert missing.faults == ["toy: toy.py is missing"]


def test_a_package_from_an_address_is_named(package, tmp_path):
    (tmp_path / "toy-1.0.dist-info" / "direct_url.json").write_text('{"url": "https://example.org/toy.whl"}')
    tally = supply.Tally()
    supply.check_origin(package, tally)
    assert tally.faults == ["toy: installed from an address, not from the index"]


@pytest.mark.parametrize(("one", "other"), [("2.10", "2.10.0"), ("2.0", "2"), ("2.10.0+cpu", "2.10")])
def test_trailing_zeros_and_builds_do_not_count(one, other):
    assert supply.release(one) == supply.release(other) and supply.release("2.9") < supply.release("2.10")
