"""The figures of `benchmark --training`: that they are there and hang together, not how high they are."""

import pytest
import torch

from deepart.training import throughput


@pytest.mark.slow
def test_our_trainings_and_the_plain_recipes_are_measured_in_one_run():
    rows = throughput.rows(torch.device("cpu"), seconds=0.1)
    found = {row["what"]: row for row in rows}
    assert all(row["value"] > 0 for row in rows)
    for kind in ("gan", "vae", "classifier"):
        assert any(what.startswith(f"train {kind}") for what in found)
    assert sum(what.startswith("plain") for what in found) == 3
    together = [what for what in found if "processes x threads 1 x " in what]
    assert {what.split(",")[0] for what in together if "by the clock" in what} == {"train gan", "train vae"}
    waits = [row for what, row in found.items() if "waits for data" in what]
    assert len(waits) == 2 and all(row["unit"] == "%" and row["bar"] == "< 5" for row in waits)


def test_the_share_that_waits_is_of_the_time_of_a_step():
    """A batch of 4 that takes 1 s to train, and nearly nothing to get."""

    class Batches:
        size = 4

        def __next__(self):
            return torch.arange(4)

    task = type("Task", (), {"batches": Batches()})
    share = throughput.waiting(task, throughput.noise(8, 8), torch.device("cpu"), pictures_a_second=4.0)
    assert 0 <= share < 5
    assert throughput.waiting(task, throughput.noise(512, 512), torch.device("cpu"), 4000.0) > share
