"""The kinds of model that can be trained, in one explicit table: plan and pictures -> a prepared training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from statistics import median

import torch
from PIL import Image
from torch import Tensor

from deepart import data, images, weights
from deepart.data import DataError, Example
from deepart.evaluation import directions
from deepart.models import enlarge, gan, restyle, style_cnn, vae
from deepart.training import augment
from deepart.training import classifier as classifier_training
from deepart.training import enlarge as enlarge_training
from deepart.training import gan as gan_training
from deepart.training import restyle as restyle_training
from deepart.training import vae as vae_training
from deepart.training.loop import Budget
from deepart.training.run import Plan, Prepared

SHEET = (6, 4)  # previews show so many pictures across and down
PREVIEW_PSI = 0.8  # truncation of the samples in a preview
STYLES, STYLE_PICTURES = (
    24,
    80,
)  # a GAN learns at most so many styles by name, each from at least so many pictures
FEATURES = "features.pt"  # of the training pictures, in the folder of a run
GPU_BATCH = 64  # pictures a step of a GAN where there is a GPU
SQUEEZE = 64  # channels that the encoder's last layer reads
DIRECTIONS = 12  # sliders of a GAN
PAINTERLY = 64  # px; a smaller VAE has nothing to be sharp about
SLIDERS = 16  # axes of a VAE that get a name


def _options(plan: Plan, usual: int | None = None) -> dict:
    """seed, and the batch that was asked for or is usual here; else the training's own."""
    batch = plan.batch or usual
    return {"seed": plan.seed} | ({"batch": batch} if batch else {})


def sheet(x: Tensor, across: int) -> Image.Image:
    """A contact sheet of x (N, 3, H, W) in [-1, 1], row by row."""
    x = torch.nn.functional.pad(x.float().cpu().clamp(-1, 1), (2, 2, 2, 2), value=1.0)
    missing = -len(x) % across
    x = torch.cat([x, torch.ones(missing, *x.shape[1:])])
    n, c, h, w = x.shape
    grid = x.view(n // across, across, c, h, w).permute(2, 0, 3, 1, 4).reshape(c, n // across * h, across * w)
    return images.to_picture(grid)


def _gan_size(train: list[Example], device: torch.device) -> tuple[int, int]:
    """Portrait, landscape or square, as most of the pictures are; larger where there is a GPU."""
    shapes = [images.open_picture(e.path, at_least=64).size for e in train[:: max(1, len(train) // 50)]]
    aspect = median(width / height for width, height in shapes)
    long, short, side = (96, 64, 64) if device.type == "cpu" else (144, 96, 128)
    return (long, short) if aspect < 0.85 else (short, long) if aspect > 1.2 else (side, side)


def prepare_gan(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    card, parent = _parent(plan, "gan")
    size = plan.size or ((parent.config.height, parent.config.width) if parent else None)
    height, width = size or _gan_size(splits["train"], device)
    styles = data.common_labels(splits["train"], STYLE_PICTURES, STYLES)
    channels = plan.channels or (parent.config.channels if parent else gan.Config.channels)
    is_same_size = parent and (parent.config.height, parent.config.width) == (height, width)
    squeeze = parent.config.squeeze if is_same_size else SQUEEZE
    config = gan.Config(
        height,
        width,
        channels=channels,
        encoder=True,
        squeeze=squeeze,
        styles=len(styles),
        directions=DIRECTIONS,
    )
    pictures, kept, _ = data.load(splits["train"], (height, width), "crop", progress)
    on_gpu = None if device.type == "cpu" else GPU_BATCH
    warm_start = {}
    if parent:
        D = weights.load_beside(card.name, "discriminator", plan.weights)
        warm_start = {
            "start": (parent.state_dict(), D),
            "warm_up": 0.0 if D and is_same_size else gan_training.WARM_UP,
        }
    task = gan_training.task(
        config,
        pictures,
        weights.imagenet_lite0(),
        device,
        mirror=plan.mirror,
        **_options(plan, on_gpu),
        **warm_start,
    )
    G = task.averaged["G"]

    def finish() -> dict:
        place = {name: i for i, name in enumerate(styles)}
        of_each = torch.tensor([place.get(splits["train"][i].label, -1) for i in kept])
        G.set_prior(gan_training.encode_all(G, pictures, device).to(device), of_each.to(device))
        return {"directions": [asdict(d) for d in directions.fill(G)]}

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """A row of pictures, a row of their copies, and rows of new ones."""
        x = data.to_float(pictures[:: max(1, len(pictures) // SHEET[0])][: SHEET[0]].to(device))
        G.set_prior(gan_training.encode_all(G, pictures[:: max(1, len(pictures) // 1000)], device).to(device))
        eps = torch.randn(SHEET[0] * SHEET[1], config.z_dim, generator=torch.Generator().manual_seed(0))
        copies = G.synthesize(G.mapping(G.encode(x)))
        return sheet(torch.cat([x, copies, G.synthesize(G.map(eps.to(device), PREVIEW_PSI))]), SHEET[0])

    return Prepared(
        task, G, config, finish, preview, styles, beside=lambda: {"discriminator": task.modules["D"].own()}
    )


def _parent(plan: Plan, arch: str) -> tuple[weights.ModelCard, torch.nn.Module] | tuple[None, None]:
    """The model that a plan starts from. Raises WeightsError when it is missing or of another architecture."""
    if plan.init is None:
        return None, None
    card, network = weights.load(plan.init, plan.weights)
    if card.arch != arch:
        raise weights.WeightsError(
            f"{card.name!r} is a {card.arch} and cannot start a {arch}: name another with --init"
        )
    if not network.config.encoder:
        raise weights.WeightsError(
            f"{card.name!r} has no encoder, which this training needs: name a newer one with --init"
        )
    return card, network


def prepare_vae(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    size = (plan.size or (128, 128))[0]
    if plan.size and plan.size[0] != plan.size[1]:
        raise DataError(f"a VAE is square: pictures get their own shape back afterwards; got {plan.size}")
    painterly = size >= PAINTERLY
    channels = plan.channels or (vae.PAINTERLY_CHANNELS if painterly else vae.Config.channels)
    config = vae.Config(size, channels=channels, painterly=painterly)
    pictures, _, _ = data.load(splits["train"], (size, size), "squash", progress)
    imagenet = weights.imagenet_lite0() if painterly else None
    task = vae_training.task(config, pictures, device, imagenet=imagenet, **_options(plan))
    model = task.averaged["vae"]

    def finish() -> dict:
        found = vae_training.set_axes(model, vae_training.encode_all(model, pictures, device))
        return {"axes": [asdict(axis) for axis in found]}

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        rows = torch.arange(0, len(pictures), max(1, len(pictures) // 12))[:12]
        x = data.to_float(pictures[rows])
        x_hat = model.decode(model.encode(x.to(device))[0]).cpu()
        pairs = torch.stack([x, x_hat], dim=1).flatten(0, 1)  # original, reconstruction, original, ...
        return sheet(pairs, SHEET[0])

    return Prepared(task, model, config, finish, preview)


def prepare_classifier(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    side = (plan.size or (224, 224))[0]
    labels = data.labels_of(splits["train"])
    config = style_cnn.Config(len(labels), side, mirror=True)
    pictures, targets = _labelled(splits["train"], labels, side, progress)
    model = style_cnn.StyleCNN(config).start_from(weights.imagenet_lite0()).eval().requires_grad_(False)
    model = model.to(device, memory_format=torch.channels_last)
    views = _views(plan, model, pictures, device, progress)
    task = classifier_training.task(model, views, targets, **_options(plan))

    def finish() -> dict:
        others = data.scan(plan.negatives) if plan.negatives else []
        photographs = (
            data.load([e for e in others if e.split != "test"], (side, side), "squash")[0] if others else None
        )
        val = (
            splits["val"] or splits["train"]
        )  # a tiny set has no validation pictures: its limits are only a guess
        x, y = _labelled(val, labels, side)
        task.averaged["heads"].into(model.style)
        return classifier_training.finish(model, pictures, x, y, device, photographs, plan.seed)

    def preview(done: float) -> Image.Image:
        """What the network sees of eight pictures."""
        x = data.to_float(pictures[:: max(1, len(pictures) // 8)][:8])
        generator = torch.Generator().manual_seed(0)
        return sheet(augment.reproduction(x, generator, max(32, side * 5 // 7 // 8 * 8)), 4)

    usual = Budget(steps=classifier_training.usual_steps(len(targets)))
    return Prepared(task, model, config, finish, preview, labels, usual)


def prepare_restyle(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    """The paintings are the styles; they and the pictures of plan.contents are what is painted."""
    side = (plan.size or (192, 192))[0]
    if plan.size and (plan.size[0] != plan.size[1] or side < restyle_training.CROP):
        raise DataError(
            f"a restyler learns from squares of {restyle_training.CROP} px or more, got {plan.size}"
        )
    styles, _, _ = data.load(splits["train"], (side, side), "crop", progress)
    contents = styles
    if plan.contents:
        others = [e for e in data.scan(plan.contents) if e.split != "test"]
        more, _, _ = data.load(others, (side, side), "crop", progress)
        contents = torch.cat(
            [styles, *[more] * max(1, len(styles) // len(more))]
        )  # as often as the paintings
    config = restyle.Config()
    task = restyle_training.task(config, contents, styles, weights.imagenet_lite0(), device, **_options(plan))
    model = task.averaged["restyle"]
    shown = [data.to_float(v[:: max(1, len(v) // 6)][:6]) for v in (contents.flip(0), styles)]

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """A row of styles, a row of contents, and each content in each of the styles."""
        x, y = (v.to(device) for v in shown)
        codes = [[model.encode([v[None]]) for v in pictures] for pictures in (x, y)]
        rows = [torch.cat(model.paint(v[None], own, codes[1])) for v, own in zip(x, codes[0], strict=True)]
        return sheet(torch.cat([y, x, *rows]), len(y))

    return Prepared(task, model, config, dict, preview)


def prepare_enlarge(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    """Learns from squares of the paintings at their own resolution; those with fewer pixels are left out."""
    side = (plan.size or (enlarge_training.SIDE,) * 2)[0]
    least = max(enlarge_training.CROP.values())
    if plan.size and (plan.size[0] != plan.size[1] or side < least):
        raise DataError(f"an enlarger learns from squares of {least} px or more, got {plan.size}")
    squares, _ = enlarge_training.squares(splits["train"], side, plan.seed, progress)
    config = enlarge.Config()
    task = enlarge_training.task(config, squares, weights.imagenet_lite0(), device, **_options(plan))
    model = task.averaged["enlarge"]
    shown = squares[:: max(1, len(squares) // SHEET[0])][: SHEET[0], :, :128, :128]  # a multiple of 4

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """Rows: the pieces, made from a quarter of their size, and from half of it."""
        x, rows = data.to_float(shown), []
        for times in (4, 2):
            small = torch.nn.functional.interpolate(x, scale_factor=1 / times, mode="area")
            rows.append(model(small.to(device), times).cpu())
        return sheet(torch.cat([x, *rows]), len(x))

    return Prepared(task, model, config, dict, preview)


def _views(
    plan: Plan, model: style_cnn.StyleCNN, pictures: Tensor, device: torch.device, progress: Callable
) -> list:
    """The features that the heads learn from; kept beside the checkpoint, since they take most of the time."""
    file = plan.home / FEATURES
    if file.is_file():
        views = torch.load(file, weights_only=True)
        if all(v.shape == (len(pictures), model.dim) for v in views):
            return views
    views = classifier_training.views_of(model, pictures, device, plan.seed, progress)
    plan.home.mkdir(parents=True, exist_ok=True)
    torch.save(views, file.with_suffix(".part"))
    file.with_suffix(".part").replace(file)
    return views


def _labelled(
    examples: list[Example], labels: list[str], side: int, progress: Callable = iter
) -> tuple[Tensor, Tensor]:
    """(pictures uint8 (N, 3, side, side), numbers of their labels (N,))."""
    pictures, kept, _ = data.load(examples, (side, side), "squash", progress)
    return pictures, data.indices([examples[i] for i in kept], labels)


KINDS: dict[str, Callable[[Plan, dict, torch.device, Callable], Prepared]] = {
    "classifier": prepare_classifier,
    "gan": prepare_gan,
    "vae": prepare_vae,
    "restyle": prepare_restyle,
    "enlarge": prepare_enlarge,
}
