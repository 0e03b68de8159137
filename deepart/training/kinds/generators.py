"""GANs and VAEs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from statistics import median

import torch
from PIL import Image
from torch import Tensor

from deepart import data, images, weights
from deepart.data import DataError, Example
from deepart.evaluation import directions
from deepart.models import gan, vae
from deepart.training import augment, starts, watching
from deepart.training import gan as gan_training
from deepart.training import vae as vae_training
from deepart.training.kinds import shared
from deepart.training.plan import Plan, Prepared

PREVIEW_PSI = 0.8  # truncation of the samples in a preview
STYLES, STYLE_PICTURES = (
    24,
    80,
)  # a GAN learns at most so many styles by name, each from at least so many pictures
GPU_BATCH = 64  # pictures a step of a GAN where there is a GPU
SQUEEZE = 64  # channels that the encoder's last layer reads
LONG = 1.0  # hours, of a training that goes on from a model
DIRECTIONS = 12  # sliders of a GAN
PAINTERLY = 64  # px; a smaller VAE has nothing to be sharp about
VAE_RATE, VAE_ALONE = (
    4e-4,
    0.2,
)  # of a VAE that goes on from another: a gentler rate, and its opponent comes sooner


def _gan_size(train: list[Example], device: torch.device) -> tuple[int, int]:
    """Portrait, landscape or square, as most of the pictures are; larger where there is a GPU."""
    shapes = [images.open_picture(e.path, at_least=64).size for e in train[:: max(1, len(train) // 50)]]
    aspect = median(width / height for width, height in shapes)
    long, short, side = (96, 64, 64) if device.type == "cpu" else (144, 96, 128)
    return (long, short) if aspect < 0.85 else (short, long) if aspect > 1.2 else (side, side)


def _gan_config(
    plan: Plan, parent: gan.Generator | None, train: list[Example], styles: int, device: torch.device
) -> gan.Config:
    """What the plan asks for, else the parent's build, else what suits the pictures and the device."""
    size = plan.size or ((parent.config.height, parent.config.width) if parent else None)
    height, width = size or _gan_size(train, device)
    config = gan.Config(
        height,
        width,
        channels=plan.channels or (parent.config.channels if parent else gan.Config.channels),
        encoder=True,
        squeeze=SQUEEZE,
        styles=styles,
        directions=DIRECTIONS,
    )
    if parent and _same_size(parent.config, config):
        config = replace(config, squeeze=parent.config.squeeze)
    return config


def _same_size(one: gan.Config, other: gan.Config) -> bool:
    return (one.height, one.width) == (other.height, other.width)


def _effort(plan: Plan) -> directions.Effort:
    """How long to look for sliders: minutes after a training of an hour, seconds after one that somebody waits for."""
    hours = plan.budget.hours if plan.budget and plan.budget.hours else 0.0
    return directions.FULL if plan.init is None or hours >= LONG else directions.QUICK


def prepare_gan(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    card, parent = starts.parent(plan, "gan")
    styles = data.common_labels(splits["train"], STYLE_PICTURES, STYLES)
    config = _gan_config(plan, parent, splits["train"], len(styles), device)
    pictures, kept, _ = data.load(splits["train"], (config.height, config.width), "crop", progress)
    on_gpu = None if device.type == "cpu" else GPU_BATCH
    warm_start = {}
    if parent:
        D = weights.load_beside(card.name, "discriminator", plan.weights)
        warm_start = {
            "start": (parent.state_dict(), D),
            "warm_up": 0.0 if D and _same_size(parent.config, config) else gan_training.WARM_UP,
        }
    task = gan_training.task(
        config,
        pictures,
        weights.imagenet_lite0(),
        device,
        mirror=plan.mirror,
        **shared.options(plan, on_gpu),
        **warm_start,
    )
    task.watch = watching.gan(task, pictures, device)
    G = task.averaged["G"]

    def finish() -> dict:
        place = {name: i for i, name in enumerate(styles)}
        of_each = torch.tensor([place.get(splits["train"][i].label, -1) for i in kept])
        G.set_prior(gan_training.encode_all(G, pictures, device).to(device), of_each.to(device))
        return {"directions": [asdict(d) for d in directions.fill(G, effort=_effort(plan))]}

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """A row of pictures, a row of their copies, and rows of new ones."""
        x = data.to_float(pictures[:: max(1, len(pictures) // shared.SHEET[0])][: shared.SHEET[0]].to(device))
        G.set_prior(gan_training.encode_all(G, pictures[:: max(1, len(pictures) // 1000)], device).to(device))
        eps = torch.randn(
            shared.SHEET[0] * shared.SHEET[1], config.z_dim, generator=torch.Generator().manual_seed(0)
        )
        copies = G.synthesize(G.mapping(G.encode(x)))
        return shared.sheet(
            torch.cat([x, copies, G.synthesize(G.map(eps.to(device), PREVIEW_PSI))]), shared.SHEET[0]
        )

    return Prepared(
        task,
        G,
        config,
        finish,
        preview,
        styles,
        shared.usual(plan),
        lambda: {"discriminator": task.modules["D"].own()},
        lambda generator: augment.diff_augment(shared.some(pictures), generator),
    )


def prepare_vae(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    if plan.size and plan.size[0] != plan.size[1]:
        raise DataError(f"a VAE is square: pictures get their own shape back afterwards; got {plan.size}")
    _, parent = starts.parent(plan, "vae")
    if parent:
        config = parent.config
        starts.check_build(plan, (config.image_size,) * 2, config.channels)
        from_parent = {"start": parent.state_dict(), "lr": VAE_RATE, "alone": VAE_ALONE}
    else:
        size = (plan.size or (128, 128))[0]
        channels = plan.channels or (vae.PAINTERLY_CHANNELS if size >= PAINTERLY else vae.Config.channels)
        config, from_parent = vae.Config(size, channels=channels, painterly=size >= PAINTERLY), {}
    shape = (config.image_size, config.image_size)
    pictures, _, _ = data.load(splits["train"], shape, "squash", progress)
    imagenet = weights.imagenet_lite0() if config.painterly else None
    task = vae_training.task(
        config, pictures, device, imagenet=imagenet, **shared.options(plan), **from_parent
    )
    task.watch = watching.vae(task, pictures, shared.validation(splits, shape, "squash"), device)
    model = task.averaged["vae"]

    def finish() -> dict:
        found = vae_training.set_axes(
            model, vae_training.encode_all(model, pictures, device), effort=_effort(plan)
        )
        return {"axes": [asdict(axis) for axis in found]}

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        rows = torch.arange(0, len(pictures), max(1, len(pictures) // 12))[:12]
        x = data.to_float(pictures[rows])
        x_hat = model.decode(model.encode(x.to(device))[0]).cpu()
        pairs = torch.stack([x, x_hat], dim=1).flatten(0, 1)  # original, reconstruction, original, ...
        return shared.sheet(pairs, shared.SHEET[0])

    def shown(generator: torch.Generator) -> Tensor:
        return augment.flip(shared.some(pictures), generator)

    return Prepared(task, model, config, finish, preview, usual=shared.usual(plan), shown=shown)
