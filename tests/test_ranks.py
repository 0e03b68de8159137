"""Several processes that train one model: real ones, started by torchrun, on the CPU."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deepart.training import deal, guards, norms, ranks, status
from deepart.training.guards import TrainingError
from tests import rank_steps

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 400  # seconds that anything may take on a busy machine; none of it takes ten on an idle one
LAUNCH = ("-m", "torch.distributed.run", "--standalone", "--local-addr", "127.0.0.1", "--nproc-per-node")
TOLERANCE = 2e-2  # of figures after steps: sums in another order differ by 1e-7, of which Adam's first steps make .4 %
pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available() or not torch.distributed.is_gloo_available(),
    reason="this torch knows no gloo",
)


class Run:
    """What a command answered. notes: where its processes left their numbers and what they wrote."""

    def __init__(self, processes: int, notes: Path, *arguments: str):
        notes.mkdir(parents=True, exist_ok=True)
        self.notes = notes
        launch = (*LAUNCH, str(processes), "-m") if processes > 1 else ("-m",)
        own = {"OMP_NUM_THREADS": "1"} | ({"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {})
        with open(notes / "out", "w") as out, open(notes / "err", "w") as err:
            process = subprocess.Popen(
                (sys.executable, *launch, *arguments), cwd=ROOT, env=os.environ | own, stdout=out, stderr=err
            )
            try:
                self.status = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                pytest.fail(f"it did not end:\n{self.err}")
            finally:
                process.kill()
                process.wait()
                self.left = [pid for pid in self.pids() if ended_late(pid)]

    @property
    def out(self) -> str:
        return (self.notes / "out").read_text()

    @property
    def err(self) -> str:
        return (self.notes / "err").read_text()

    def pids(self) -> list[int]:
        return [int(file.read_text()) for file in self.notes.glob("pid-*")]

    def wrote(self, rank: int) -> list[str]:
        return json.loads((self.notes / f"files-{rank}").read_text())


def ended_late(pid: int) -> bool:
    """Whether a process had to be killed."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return True


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """The figures of a few steps of each kind: one process, the first of two, the second of two."""
    found = []
    for processes in (1, 2):
        folder = tmp_path_factory.mktemp("steps")
        run = Run(processes, folder, "tests.rank_steps", str(folder))
        assert run.status == 0, run.err
        found += [json.loads((folder / f"{rank}.json").read_text()) for rank in range(processes)]
    return found


@pytest.mark.parametrize("kind", rank_steps.KINDS)
def test_two_processes_take_the_steps_of_one(steps, kind):
    """Also where batch norm, the variety of samples or a spectrum are taken over the whole batch."""
    one, two, _ = (found[kind] for found in steps)
    assert len(one["figures"]) == rank_steps.STEPS and all(one["figures"])
    for a, b in zip(one["figures"], two["figures"], strict=True):
        assert b == pytest.approx(a, rel=TOLERANCE, abs=TOLERANCE)
    assert two["figures"][0] == pytest.approx(one["figures"][0], rel=1e-4, abs=1e-5)  # no step was taken yet
    assert two["gradients"] == pytest.approx(one["gradients"], rel=1e-3)


@pytest.mark.parametrize("kind", rank_steps.KINDS)
def test_all_processes_hold_the_same_weights(steps, kind):
    _, first, second = (found[kind] for found in steps)
    assert first["weights"] == second["weights"] and first["figures"] == second["figures"]


def test_what_the_first_process_says_counts(steps):
    assert all(found["said"] == [5, {"rank": 0}] for found in steps)


def test_the_deviation_of_a_batch_is_that_of_all_shares(steps):
    expected = torch.arange(8.0).square().std().item()
    assert [found["spread"] for found in steps] == pytest.approx([expected] * 3, rel=1e-5)


def test_guards_the_clock_and_wishes_are_the_first_ones(steps):
    """A loss that is no number at one process is skipped by all; only the first one's wish to stop ends the run."""
    one, first, second = (found["trouble"] for found in steps)
    assert first == second and first["seconds"] != one["seconds"]
    assert (one["step"], one["skipped"], one["restored"], one["rate"]) == (12, guards.BAD_STEPS, 1, 0.5)
    assert {**first, "seconds": 0} == pytest.approx({**one, "seconds": 0}, rel=1e-4)


@pytest.fixture(scope="module")
def paintings_of_ours(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for i, picture in enumerate(rank_steps.noise(24, 176)):
        grain = np.random.default_rng(i).integers(0, 30, (176, 176, 3), np.uint8)
        pixels = np.maximum(picture.permute(1, 2, 0).numpy(), grain)
        (folder / f"style {i % 2}").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(folder / f"style {i % 2}" / f"{i:02}.png")
    return folder


def train(
    folder: Path,
    home: Path,
    processes: int,
    name: str,
    *options: str,
    faults: tuple = (),
    steps: int = 9,
    noun: str = "enlarge",
) -> Run:
    """A training in a few steps, with a checkpoint after each; an enlarger unless asked, as that one needs no finish."""
    notes = home / f"notes-{name}-{len(list(home.glob('notes-*')))}"
    return Run(
        processes, notes, "tests.rank_watched", str(notes), *faults, "--",
        "train", noun, "--data", str(folder), "--name", name, "--out", str(home / "runs"), "--steps", str(steps),
        "--batch", "4", "--device", "cpu", "--init", "none", "--save-every", "0.001", "--json", *options,
    )  # fmt: skip


OPTIONS = {"enlarge": (), "classifier": ("--size", "64")}


@pytest.fixture(scope="module")
def alone(paintings_of_ours, tmp_path_factory) -> dict[str, dict]:
    """What one process says of the steps, from the first to the last; by kind."""
    found = {}
    for noun, options in OPTIONS.items():
        run = train(paintings_of_ours, tmp_path_factory.mktemp("alone"), 1, "one", *options, noun=noun)
        assert run.status == 0, run.err
        found[noun] = json.loads(run.out)
    return found


@pytest.mark.parametrize("noun", OPTIONS)
def test_the_same_command_trains_with_two_and_only_the_first_writes_and_speaks(
    paintings_of_ours, tmp_path, alone, noun
):
    run = train(paintings_of_ours, tmp_path, 2, "two", *OPTIONS[noun], noun=noun)
    assert run.status == 0 and not run.left, run.err
    said, one = json.loads(run.out), alone[noun]  # one document
    assert (said["steps"], said["pictures"]) == (one["steps"], one["pictures"])
    assert said["figures"] == pytest.approx(one["figures"], rel=TOLERANCE, abs=TOLERANCE)
    card = json.loads((tmp_path / "runs" / "two" / "card.json").read_text())
    assert "2 processes" in card["training"]["hardware"] and card["training"]["batch"] == 4
    ours = [[path for path in run.wrote(rank) if str(tmp_path / "runs") in path] for rank in (0, 1)]
    assert ours[0] and not ours[1]


def test_a_killed_process_ends_all_and_any_number_goes_on_from_there(paintings_of_ours, tmp_path, alone):
    """One is killed before its fourth step, then the second of two before its third, and one brings it to the end."""
    first = train(paintings_of_ours, tmp_path, 1, "one", faults=("0:4:SIGKILL:self",))
    assert first.status == -signal.SIGKILL
    second = train(paintings_of_ours, tmp_path, 2, "one", "--resume", faults=("1:3:SIGKILL:self",))
    assert second.status not in (0, None) and not second.left
    assert ranks.LOST in second.err
    home = tmp_path / "runs" / "one"
    there = status.read(home)
    assert there.state == status.FAILED and there.sentence == ranks.LOST and not status.is_alive(home)
    assert not list(home.glob(".*.part"))
    assert torch.load(home / "checkpoint.pt", weights_only=True)["progress"]["step"] == 5
    third = train(paintings_of_ours, tmp_path, 1, "one", "--resume")
    assert third.status == 0, third.err
    said = json.loads(third.out)
    assert said["steps"] == alone["enlarge"]["steps"]
    assert said["figures"] == pytest.approx(alone["enlarge"]["figures"], rel=TOLERANCE, abs=TOLERANCE)


def test_a_killed_first_process_ends_the_others(paintings_of_ours, tmp_path):
    run = train(paintings_of_ours, tmp_path, 2, "one", faults=("0:4:SIGKILL:self",))
    assert run.status not in (0, None) and not run.left
    home = tmp_path / "runs" / "one"
    assert not status.is_alive(home)
    assert torch.load(home / "checkpoint.pt", weights_only=True)["progress"]["step"] == 3


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_to_torchrun_saves_as_with_one_process(paintings_of_ours, tmp_path, number):
    run = train(paintings_of_ours, tmp_path, 2, "one", faults=(f"0:4:{number}:parent",), steps=10**6)
    assert run.status not in (0, None) and not run.left
    assert "and saved: the same command with --resume goes on" in run.err
    home = tmp_path / "runs" / "one"
    there, kept = status.read(home), torch.load(home / "checkpoint.pt", weights_only=True)["progress"]
    assert (
        there.state == status.STOPPED
        and kept["step"] >= 4
        and f"after {kept['step']} steps" in there.sentence
    )


def test_a_batch_that_cannot_be_shared_is_refused(paintings_of_ours, tmp_path):
    run = train(paintings_of_ours, tmp_path, 2, "one", "--batch", "5")
    assert run.status not in (0, None) and not run.left
    json.loads(run.out or "{}")  # one document at most
    assert "must be a multiple of 2, got 5: add --batch 4" in run.err


# What one process can show


@pytest.fixture
def second_of_two(monkeypatch):
    monkeypatch.setattr(ranks, "here", lambda: ranks.Team(1, 2))


def test_pictures_are_dealt_out_in_turn(second_of_two):
    assert deal.Deal(0, 8).mine(torch.arange(8)).tolist() == [1, 3, 5, 7]
    assert deal.Deal(0, 8, block=2).mine(torch.arange(8)).tolist() == [2, 3, 6, 7]
    rows = torch.arange(8).expand(3, 8)
    assert deal.Deal(0, 8, block=4, unit=4).mine(rows, 1).tolist() == [[4, 5, 6, 7]] * 3


def test_a_share_gets_the_numbers_that_its_pictures_get_from_one_process(second_of_two):
    plain, dealt = torch.Generator().manual_seed(5), deal.Deal(5, 6)
    for _ in range(2):  # and both go on alike
        assert torch.equal(deal.rand(dealt, 3, 2), torch.rand(6, 2, generator=plain)[1::2])
        assert torch.equal(deal.randn(dealt, 3), torch.randn(6, generator=plain)[1::2])
        assert torch.equal(
            deal.randint(dealt, 0, 9, 3, 1), torch.randint(0, 9, (6, 1), generator=plain)[1::2]
        )
        assert torch.equal(deal.rand(dealt, 4, 3, dim=1), torch.rand(4, 6, generator=plain)[:, 1::2])


@pytest.mark.parametrize(("batch", "unit", "better"), [(12, 4, 16), (3, 4, 8), (9, 1, 8)])
def test_a_batch_must_have_equal_shares(second_of_two, batch, unit, better):
    with pytest.raises(TrainingError, match=f"multiple of {2 * unit}, got {batch}: add --batch {better}"):
        deal.Deal(0, batch, unit=unit)


def test_one_process_is_left_as_it_was():
    x = torch.randn(6, 4, 3, 3)
    generator = deal.Deal(0, 7, block=4, unit=8)  # no share, no rule
    assert generator.mine(x) is x and ranks.whole(x) is x and ranks.average(x) is x
    assert torch.equal(deal.rand(generator, 5), torch.rand(5, generator=torch.Generator().manual_seed(0)))
    net = torch.nn.Sequential(torch.nn.BatchNorm2d(4))
    norms.share(net)
    assert type(net[0]) is torch.nn.BatchNorm2d


def test_machines_with_other_pictures_are_told(second_of_two, monkeypatch):
    monkeypatch.setattr(ranks, "gathered", lambda x: torch.tensor([[12], [11]]))
    task = type("Task", (), {"batches": type("Batches", (), {"count": 11})})
    with pytest.raises(TrainingError, match="do not read the same pictures \\(12, 11\\)"):
        ranks.begin_alike(task)


def test_each_process_has_a_device_of_its_own(monkeypatch):
    monkeypatch.setattr(ranks.devices, "pick", lambda name: torch.device("cuda" if name == "auto" else name))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert [ranks.own_device("auto", local) for local in (0, 1)] == ["cuda:0", "cuda:1"]
    assert ranks.own_device("cpu", 5) == "cpu"
    for device, local, why in (
        ("auto", 2, "more processes than GPUs"),
        ("mps", 0, "Apple GPU"),
        ("cuda:1", 0, "--device cuda"),
    ):
        with pytest.raises(TrainingError, match=why):
            ranks.own_device(device, local)
