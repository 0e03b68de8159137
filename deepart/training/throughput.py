"""How many pictures a second our trainings take in, beside the plain recipe of each, in one run on this machine.

On a CPU it is the process's own time that counts, so that other work on the machine does not. The pictures are noise: what
a step costs does not depend on what is on them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from deepart import data, devices, weights
from deepart.evaluation import fine_tune, plain_gan, plain_vae
from deepart.models import gan, style_cnn, vae
from deepart.training import classifier as classifier_training
from deepart.training import gan as gan_training
from deepart.training import ranks
from deepart.training import vae as vae_training
from deepart.training.loop import Progress, Task, take_step, update_averages

COUNT = 64  # pictures in the set
SECONDS = 10.0  # of each measurement
LATE = 0.95  # of the budget used up: every phase is at work
GATHERS = 20  # batches whose reading is timed
BAR = "see the plain one"


def rows(device: torch.device, seconds: float = SECONDS) -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar} as of `python -m deepart benchmark`. Raises WeightsError without ImageNet's weights.

    Where several processes train together (see `ranks`) only what they do together is measured.
    """
    alone = ranks.here().size == 1
    found = [*_gan(device, seconds), *_vae(device, seconds), *_classifier(device, seconds)] if alone else []
    return found + by_the_clock(device, seconds)


def by_the_clock(device: torch.device, seconds: float = SECONDS) -> list[dict[str, Any]]:
    """How fast one process is, or several together: on the wall, where waiting for each other counts, and by the time
    that the first process computes, which other work on the machine does not lengthen."""
    devices.keep_freed_memory()  # as a training does
    workers, found = f"processes x threads {ranks.here().size} x {torch.get_num_threads()}", []
    for what, make in (("gan, 64 px", _gan_task), ("vae, 128 px", _vae_task)):
        task = make(device)
        for how, by_clock in (("by the clock", True), ("by the time that one computes", False)):
            if by_clock or (device.type == "cpu" and torch.get_num_threads() == 1):
                value = speed(task, device, seconds, by_clock)
                found.append(_row(f"train {what}, {how}, {workers}", value, "/s", "-"))
    return found


def noise(height: int, width: int) -> torch.Tensor:
    return torch.randint(0, 256, (COUNT, 3, height, width), generator=torch.Generator().manual_seed(0)).byte()


def now(device: torch.device, by_clock: bool = False) -> float:
    """Seconds: of this process on a CPU, on the wall for a GPU that works beside it or if asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.process_time() if device.type == "cpu" and not by_clock else time.perf_counter()


def speed(task: Task, device: torch.device, seconds: float, by_clock: bool = False) -> float:
    """Pictures a second with all phases at work, after one step that does not count."""
    state = Progress(done=LATE)

    def step() -> int:
        batch = next(task.batches)
        for phase in task.phases:
            take_step(task, phase, batch, state)
        state.pictures += len(batch)
        update_averages(task, len(batch), state.pictures)
        return len(batch)

    step()
    return _repeated(step, seconds, lambda: now(device, by_clock))


def _repeated(step: Callable[[], int], seconds: float, clock: Callable[[], float]) -> float:
    begun, count = clock(), 0
    while (used := ranks.decided(lambda: clock() - begun)) < seconds:
        count += step()
    return count / used


def waiting(task: Task, pictures: torch.Tensor, device: torch.device, pictures_a_second: float) -> float:
    """Percent of a step that goes into getting its batch: rows of the decoded set, as floats on the device."""
    begun = now(device)
    for _ in range(GATHERS):
        data.to_float(pictures[next(task.batches)].to(device))
    one = (now(device) - begun) / GATHERS
    return 100 * one * pictures_a_second / task.batches.size


def _ours(
    what: str, task: Task, pictures: torch.Tensor, device: torch.device, seconds: float
) -> list[dict[str, Any]]:
    ours = speed(task, device, seconds)
    return [
        _row(f"train {what}, pictures a second", ours, "/s", BAR),
        _row(
            f"train {what}, share of time that waits for data",
            waiting(task, pictures, device, ours),
            "%",
            "< 5",
        ),
    ]


def _row(what: str, value: float, unit: str, bar: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 3), "unit": unit, "bar": bar}


def _gan_task(device: torch.device) -> Task:
    config = gan.Config(height=64, width=64, encoder=True, squeeze=64)
    return gan_training.task(config, noise(64, 64), weights.imagenet_lite0(), device)


def _vae_task(device: torch.device) -> Task:
    config = vae.Config(128, channels=vae.PAINTERLY_CHANNELS, painterly=True)
    return vae_training.task(config, noise(128, 128), device, imagenet=weights.imagenet_lite0())


def _gan(device: torch.device, seconds: float) -> list[dict[str, Any]]:
    pictures = noise(64, 64)
    found = _ours("gan, 64 px", _gan_task(device), pictures, device, seconds)
    if device.type == "cpu":  # the plain recipes know no other
        plain = plain_gan.dcgan(pictures, seconds / 60).facts["pictures_seen"] / seconds
        found.append(_row("plain DCGAN, 64 px, pictures a second", plain, "/s", "-"))
    return found


def _vae(device: torch.device, seconds: float) -> list[dict[str, Any]]:
    pictures = noise(128, 128)
    task = _vae_task(device)
    found = _ours("vae, 128 px", task, pictures, device, seconds)
    if device.type == "cpu":
        parameters = sum(p.numel() for p in task.modules["vae"].parameters())
        net = plain_vae.PlainVAE(
            128, vae.Config.z_dim, plain_vae.width_for(128, vae.Config.z_dim, parameters)
        )
        plain = plain_vae.fit(net, pictures, seconds / 60) / seconds
        found.append(_row("plain VAE, 128 px, as many weights, pictures a second", plain, "/s", "-"))
    return found


def _classifier(device: torch.device, seconds: float) -> list[dict[str, Any]]:
    """Ours, of many pictures, looks at each once through the network, and then 40 times at its features, of which ten
    times at maps; what comes after (see `steady`) is not in it."""
    pictures, imagenet = noise(224, 224), weights.imagenet_lite0()
    model = style_cnn.StyleCNN(style_cnn.Config(2, mirror=True, tuned=True)).start_from(imagenet)
    model = model.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)

    def look() -> int:
        classifier_training.features_of(model, pictures[:16], device)
        return 16

    look()
    features = _repeated(look, seconds, lambda: now(device))
    views, maps = [torch.rand(COUNT, model.dim)], [torch.rand(COUNT, 2, 112, 14, 14).half()]
    heads = speed(
        classifier_training.task(model, views, torch.arange(COUNT) % 2, maps=maps), device, seconds / 2
    )
    epochs = classifier_training.HEAD_EPOCHS
    whole = (epochs + 1) / (1 / features + epochs / heads)
    found = [
        _row("train classifier, pictures through the frozen network a second", features, "/s", BAR),
        _row("train classifier, pictures a second over a whole training", whole, "/s", BAR),
    ]
    if device.type == "cpu":
        found.append(
            _row("plain fine-tune, 160 px, pictures a second", _tuning(seconds, imagenet), "/s", "-")
        )
    return found


def _tuning(seconds: float, imagenet: dict) -> float:
    """Of the network as a whole, by the steps that fit the time."""
    import tempfile
    from pathlib import Path

    from deepart import images
    from deepart.data import Example

    with tempfile.TemporaryDirectory() as folder:
        examples = []
        for i, picture in enumerate(noise(fine_tune.SIDE, fine_tune.SIDE)):
            path = Path(folder) / f"{i}.png"
            images.save_png(images.to_picture(picture.float() / 127.5 - 1), path)
            examples.append(Example(path, str(i % 2)))
        times = []
        for steps in (1, 3):  # their difference leaves out what is done once
            begun = time.process_time()
            fine_tune.fine_tune(examples, ["0", "1"], imagenet, steps=steps)
            times.append(time.process_time() - begun)
    return 2 * fine_tune.BATCH / max(times[1] - times[0], 1e-6)
