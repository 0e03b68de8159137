"""Directions of a generator whose every number is known to do one thing."""

from types import SimpleNamespace

import torch

from deepart.evaluation import directions


class Known:
    """eps[0] is brightness of the upper half, eps[1] of the lower, eps[2] red against blue, eps[3] a pattern."""

    def __init__(self, room: int = 6):
        self.config = SimpleNamespace(z_dim=5, directions=room)
        self.prior_mean = torch.zeros(1, 5)
        self.directions = torch.zeros(room, 5)

    def map(self, eps):
        return eps

    def synthesize(self, w):
        x = torch.zeros(len(w), 3, 16, 16)
        x[:, :, :8] += 0.08 * w[:, 0, None, None, None]
        x[:, :, 8:] += 0.08 * w[:, 1, None, None, None]
        x[:, 0] += 0.08 * w[:, 2, None, None]
        x[:, 2] -= 0.08 * w[:, 2, None, None]
        x[:, :, ::2, ::2] += 0.04 * w[:, 3, None, None, None]
        return x


def named(found):
    return {direction.name: i for i, direction in enumerate(found)}


def test_what_a_number_does_gets_its_name(monkeypatch):
    monkeypatch.setattr(directions, "LEAST_BEYOND", 0.0)  # a flat sheet can only change its light
    network = Known()
    places = named(directions.fill(network))
    light, above, warm = (network.directions[places[n]] for n in ("Brightness", "Light from above", "Warmth"))
    assert light[0] > 0 and abs(light[0] - light[1]) < 0.2 * light[0]  # both halves alike
    assert above[0] > 0 > above[1]
    assert warm[2] > 0 and warm[:2].abs().max() < 0.3 * warm[2]


def test_one_step_is_one_sigma(monkeypatch):
    monkeypatch.setattr(directions, "LEAST_BEYOND", 0.0)
    network = Known()
    step = network.directions[named(directions.fill(network))["Warmth"]]
    eps = torch.randn(2000, 5, generator=torch.Generator().manual_seed(3))
    warmth = [directions.ATTRIBUTES["Warmth"](network.synthesize(e)) for e in (eps, eps + step)]
    assert abs(float((warmth[1] - warmth[0]).mean() / warmth[0].std()) - 1) < 0.15


def test_a_generator_that_ignores_its_numbers_gets_no_names():
    network = Known()
    noise = 0.1 * torch.rand(2000, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    network.synthesize = lambda w: noise[: len(w)] + 0 * w[:, :1, None, None]
    assert all(direction.name.startswith("Mood") for direction in directions.fill(network))


def test_more_directions_than_room_are_left_out():
    network = Known(room=2)
    assert len(directions.fill(network)) == 2 and network.directions.abs().sum(1).min() > 0


def test_a_plain_edit_of_light_is_nothing_beyond():
    x = torch.rand(3, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    assert directions.beyond_brightness(x, 0.5 * x + 0.2) < 1e-6
    assert directions.beyond_brightness(x, x.flip(2)) > 0.5
