import pytest
import torch

from deepart import devices


def test_auto_finds_a_device_and_says_which():
    device = devices.pick("auto")
    assert device.type in ("cpu", "cuda", "mps")
    assert devices.describe(device)
    count = torch.get_num_threads()
    assert devices.describe(torch.device("cpu")) == f"CPU, {count} thread{'s' * (count > 1)}"


def test_an_unknown_device_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="auto, cpu, cuda, mps"):
        devices.pick("abacus")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_device_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ValueError, match=r"there are: .*cpu"):
        devices.pick("cuda")


def test_threads_are_those_that_were_asked_for(monkeypatch):
    before = torch.get_num_threads()
    try:
        assert devices.set_threads(2) == 2
        monkeypatch.setenv("OMP_NUM_THREADS", "1")
        assert devices.set_threads() == 1
        for odd in ("", "many", "0"):
            monkeypatch.setenv("OMP_NUM_THREADS", odd)
            assert 1 <= devices.set_threads() <= 8
    finally:
        torch.set_num_threads(before)
