"""Whole files, locked folders, wishes to stop, and what a machine's faults are called."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from deepart import disk, images, models, rescue, stops, weights
from deepart.models import vae
from deepart.weights import ModelCard
from tests import badfiles

ROOT = Path(__file__).resolve().parent.parent


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    disk.write(tmp_path / "a", "one")
    with pytest.raises(KeyError), disk.whole(tmp_path / "a") as out:
        out.write(b"half of tw")
        raise KeyError
    assert (tmp_path / "a").read_text() == "one" and [p.name for p in tmp_path.iterdir()] == ["a"]


def full_disk(monkeypatch, number=errno.ENOSPC):
    def fsync(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not")])  # fmt: skip
def test_a_full_or_closed_disk_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, number, words):
    full_disk(monkeypatch, number)
    with pytest.raises(disk.DiskError, match=words) as refused:
        images.save_png(badfiles.gradient(), tmp_path / "a.png")
    assert str(tmp_path) not in str(refused.value) and not list(tmp_path.iterdir())


def test_a_model_on_a_full_disk_does_not_count_as_one(tmp_path, monkeypatch):
    config = vae.Config(image_size=16, z_dim=4, channels=(4, 8))
    card, network = ModelCard("m", "vae", models.plain(config)), models.build("vae", config)
    with monkeypatch.context() as patch:
        full_disk(patch)
        with pytest.raises(disk.DiskError, match="disk is full"):
            weights.save(tmp_path / "m", card, network)
    assert weights.names(tmp_path) == []
    with monkeypatch.context() as patch:  # killed between the two files
        patch.setattr(weights.folders, "write_card", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            weights.save(tmp_path / "m", card, network)
    assert (tmp_path / "m" / weights.TENSORS).exists() and weights.names(tmp_path) == []
    weights.save(tmp_path / "m", card, network)
    assert weights.load("m", tmp_path)[0].name == "m"


HOLDER = "import sys, pathlib; from deepart import disk\nwith disk.lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


def test_a_folder_belongs_to_one_process_until_it_dies(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)  # fmt: skip
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(disk.Busy, match="another deepart is at work"), disk.lock(tmp_path):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()
    with disk.lock(tmp_path):
        pass


def test_sweeping_takes_only_what_was_half_written(tmp_path):
    (tmp_path / ".0123.part").write_text("half")
    (tmp_path / "mine.part").write_text("an artist's own")
    disk.sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.part"]


@pytest.mark.parametrize("number", stops.SIGNALS)
def test_the_first_signal_is_a_wish_and_handlers_come_back(number):
    before = [signal.getsignal(n) for n in stops.SIGNALS]
    with stops.watch() as wish:
        assert not wish()
        os.kill(os.getpid(), number)
        assert wish() and wish.number == number
        assert [signal.getsignal(n) for n in stops.SIGNALS] == before  # a second one ends the program
    assert [signal.getsignal(n) for n in stops.SIGNALS] == before
    assert stops.Stopped("", number).status == 128 + number


class AcceleratorError(RuntimeError):
    __module__ = "torch"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), rescue.GPU_FULL),
        (RuntimeError("CUDA error: unspecified launch failure"), rescue.GPU_LOST),
        (AcceleratorError("the device went away"), rescue.GPU_LOST),
        (MemoryError(), rescue.NO_MEMORY),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"),
            rescue.NO_MEMORY,
        ),
        (
            OSError(errno.ENOSPC, "No space left"),
            "the disk did not do it, the disk is full: make room and try again",
        ),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), None),
        (FileNotFoundError(errno.ENOENT, "gone"), None),
        (KeyError("x"), None),
    ],
)
def test_a_machines_faults_have_a_sentence_and_ours_have_none(error, words):
    assert rescue.sentence(error) == words


def test_only_a_lost_card_is_lost():
    assert rescue.is_gpu_lost(RuntimeError("CUDA error: device-side assert"))
    assert not rescue.is_gpu_lost(RuntimeError("CUDA out of memory"))


def test_the_studio_goes_on_on_the_cpu_when_the_card_is_lost(tmp_path, monkeypatch):
    from deepart.bench import Bench
    from deepart.studio import Studio

    config = vae.Config(image_size=16, z_dim=4, channels=(4, 8))
    weights.save(tmp_path / "m", ModelCard("m", "vae", models.plain(config)), models.build("vae", config))
    artist = Studio(tmp_path, "cpu")
    made = Bench(artist).draw("m", Bench(artist).origin("m"))
    artist.device = torch.device("meta")  # stands for a graphics card
    good = vae.VAE.decode

    def decode(self, z):
        if z.device.type == "meta":
            raise RuntimeError("CUDA error: unspecified launch failure")
        return good(self, z)

    monkeypatch.setattr(vae.VAE, "decode", decode)
    assert artist.remake(made.recipe) == made.picture
    assert artist.device.type == "cpu"
