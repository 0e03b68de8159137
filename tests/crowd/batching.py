"""What it would give to paint the paintings of several visitors in one batch: `python -m tests.crowd.batching [--device cuda]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from deepart import devices, latents, recipe, weights
from deepart.studio import Studio

TIMES = 15


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd.batching", description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, help="CPU threads (default: as the app)")
    options = parser.parse_args(arguments)
    devices.set_threads(options.threads)
    studio = Studio(weights.ROOT, options.device)
    card, network = studio.model(studio.default("sample"), "sample")
    print(f"{card.name} on {devices.describe(studio.device)}; milliseconds a painting, the best of {TIMES}")
    alone = None
    for count in (1, 2, 4, 8, 16):
        z = latents_of(count, network.config.z_dim).to(studio.device)
        took = milliseconds(lambda z=z: paint(network, z), studio.device) / count
        alone = alone or took
        print(f"  the network, {count:2} at once: {took:6.2f}  ({alone / took:.2f} times as fast)")
    (made,) = studio.samples(card.name, 5, 1)
    whole = milliseconds(lambda: list(studio.samples(card.name, 5, 1)), studio.device)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.png"
        save = milliseconds(lambda: recipe.save(made.picture, file, made.recipe), studio.device)
    print(
        f"  one whole painting: {whole:6.2f}, of which the network {alone:.2f}; its PNG, which no batch makes faster: {save:.2f}"
    )
    return 0


def latents_of(count: int, z_dim: int) -> torch.Tensor:
    return torch.cat([latents.z_from_seed(seed, z_dim) for seed in range(count)])


@torch.inference_mode()
def paint(network: torch.nn.Module, z: torch.Tensor) -> torch.Tensor:
    return network.synthesize(network.map(z, 0.8))


def milliseconds(action: Callable[[], object], device: torch.device) -> float:
    """The best time of all: what else the machine does only adds to it. Two calls do not count."""
    measured = []
    for _ in range(TIMES + 2):
        start = time.perf_counter()
        action()
        if device.type == "cuda":
            torch.cuda.synchronize()
        measured.append((time.perf_counter() - start) * 1e3)
    return min(measured[2:])


if __name__ == "__main__":
    sys.exit(main())
