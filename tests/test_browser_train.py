"""From dropped pictures to a model that another tab lists, in a real browser; and what a hosted page refuses."""

import io
import os
import re
import signal
import zipfile

import numpy as np
import pytest
from conftest import started
from PIL import Image
from playwright.sync_api import expect
from test_browser import tab

from deepart import models, weights
from deepart.models import vae
from deepart.training import status

WAIT = 240_000  # ms; each training begins with a Python and a torch of its own, on a machine that may be busy


def pictures(count=12, bad=()):
    rng = np.random.default_rng(0)
    made = []
    for i in range(count):
        file = io.BytesIO()
        cells = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
        cells.resize((30, 24), Image.Resampling.BICUBIC).save(file, "PNG")
        made.append((f"{i}.png", b"words" if i in bad else file.getvalue()))
    return made


def files(*named):
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in named]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder of models with one tiny VAE, as if it had come with deepart; runs lie beside it."""
    root = tmp_path_factory.mktemp("home") / "weights"
    config = vae.Config(image_size=16, z_dim=4, channels=(4, 8))
    card = weights.ModelCard("tiny-1", "vae", models.plain(config), title="Tiny")
    weights.save(root / "tiny-1", card, models.build("vae", config))
    return root


@pytest.fixture(scope="module")
def address(home, tmp_path_factory):
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with started("--weights", str(home), log=log, OMP_NUM_THREADS="1") as found:
        yield found
    for file in home.parent.glob("runs/*/status.json"):  # a training that a test left behind
        told = status.read(file.parent)
        if status.is_alive(file.parent):
            os.kill(told.pid, signal.SIGKILL)


@pytest.fixture
def window(address, browser):
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(WAIT)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="Train").wait_for()
    yield page
    errors = page.errors
    context.close()
    assert not errors, errors


def visible(locator):
    expect(locator).to_be_visible(timeout=WAIT)


def state(panel, name, said):
    visible(panel.locator(".run").filter(has=panel.page.get_by_text(name, exact=True)).get_by_text(said))


def drop(panel, named, place=0):
    panel.locator("input[type=file]").nth(place).set_input_files(files(*named))


def act(panel, what, name):
    panel.get_by_role("button", name=f"{what}: {name}", exact=True).click()


def listed(window):
    """The models that Sliders offers, by the page's own list."""
    panel = tab(window, "Sliders")
    choice = panel.get_by_role("listbox", name="Model").or_(panel.get_by_label("Model", exact=True)).first
    visible(choice)
    choice.click()
    return window.get_by_role("option")


def test_pictures_become_a_model_that_another_tab_lists_and_that_can_be_taken_along(window, home, tmp_path):
    panel = tab(window, "Train")
    visible(panel.get_by_text("No training yet"))
    drop(panel, pictures(12, bad=[3]))
    visible(panel.get_by_text("12 pictures"))
    panel.get_by_label("Its name").fill("my-own")
    panel.get_by_label("Minutes").fill("0.05")
    panel.get_by_role("button", name="Look at the pictures first").click()
    visible(panel.get_by_text(re.compile("It takes about .* on this CPU")))
    visible(panel.get_by_text("1 files cannot be read and are left out."))
    visible(panel.get_by_alt_text("As the training sees them"))
    panel.get_by_role("button", name="Start", exact=True).click()
    state(panel, "my-own", "finished")
    visible(panel.get_by_role("img", name=re.compile("Distance from the pictures|Mean error")).first)
    visible(panel.get_by_text("Trained on").or_(panel.get_by_text("to train on")).first)
    card, _ = weights.load("my-own", home)
    assert card.is_own and card.training["init"] == "tiny-1"
    expect(listed(window).filter(has_text="my-own")).to_be_visible(timeout=WAIT)
    window.keyboard.press("Escape")

    panel = tab(window, "Train")
    panel.get_by_role("button", name="Pack as a zip").click()
    with window.expect_download(timeout=WAIT) as coming:
        panel.get_by_text("Download the zip").click()
    coming.value.save_as(tmp_path / "my-own.zip")
    panel.get_by_role("button", name="Delete", exact=True).click()
    visible(panel.get_by_text("Delete my-own for good?"))
    assert weights.is_there(home / "my-own")  # it was only asked
    panel.get_by_role("button", name="Delete for good", exact=True).click()
    visible(panel.get_by_text("my-own is gone."))
    assert not (home / "my-own").exists()
    drop(panel, [("my-own.zip", (tmp_path / "my-own.zip").read_bytes())], place=1)
    visible(panel.get_by_text("my-own is there: every tab lists it."))
    assert weights.load("my-own", home)[0].sha256 == card.sha256
    drop(panel, [("evil.zip", forged())], place=1)
    visible(panel.get_by_text("A model's zip holds card.json and model.safetensors and nothing else"))


def forged():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("m/card.json", "{}")
        archive.writestr("m/model.pkl", b"cos\nsystem\n")
    return file.getvalue()


def test_a_training_that_was_killed_goes_on_and_one_that_is_deleted_is_asked_for(window, home):
    panel = tab(window, "Train")
    with_labels = io.BytesIO()
    with zipfile.ZipFile(with_labels, "w") as archive:
        for i, (name, data) in enumerate(pictures()):
            archive.writestr(f"{'sea' if i % 2 else 'sky'}/{name}", data)
    drop(panel, [("mine.zip", with_labels.getvalue())])
    visible(panel.get_by_text("12 pictures, 2 labels"))
    panel.get_by_label("Its name").fill("killed")
    panel.get_by_label("Minutes").fill("600")
    panel.get_by_role("button", name="Start", exact=True).click()
    run = home.parent / "runs" / "killed"
    state(panel, "killed", re.compile("at work"))
    os.kill(status.read(run).pid, signal.SIGKILL)
    state(panel, "killed", re.compile("was interrupted"))
    step = status.read(run).step
    act(panel, "Resume", "killed")
    state(panel, "killed", re.compile("at work"))
    window.reload()  # the page was closed and opened again
    panel = tab(window, "Train")
    state(panel, "killed", re.compile("at work"))
    act(panel, "Pause", "killed")
    state(panel, "killed", re.compile("paused"))
    assert status.read(run).step > 0 and step >= 0
    act(panel, "Make a model of it now", "killed")
    state(panel, "killed", re.compile("finished"))
    assert weights.is_there(home / "killed")
    act(panel, "Delete", "killed")
    act(panel, "Keep", "killed")
    act(panel, "Delete", "killed")
    act(panel, "Delete for good", "killed")
    expect(panel.locator(".run").filter(has_text="killed")).to_have_count(0, timeout=WAIT)
    assert not run.exists() and weights.is_there(home / "killed")


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        ({}, "There are no pictures yet"),
        (
            {"Or a folder on this machine": "/no/such/folder"},
            "There is no folder '/no/such/folder' on this machine",
        ),
        ({"Its name": "Upper Case", "Or a folder on this machine": "."}, "A model's name is made of"),
    ],
)
def test_what_cannot_be_started_is_answered_by_a_sentence(window, fill, said):
    panel = tab(window, "Train")
    for name, text in fill.items():
        panel.get_by_label(name).fill(text)
    panel.get_by_role("button", name="Start", exact=True).click()
    visible(panel.get_by_text(said))


def test_a_page_that_strangers_visit_only_says_where_to_train(home):
    from deepart import ui
    from deepart.studio import Studio
    from deepart.ui.train import words

    own, hosted = (ui.build(Studio(home, "cpu"), ui.Desk(may_train=may)) for may in (True, False))
    said = [str(block.value) for block in hosted.blocks.values() if hasattr(block, "value")]
    assert sum(words.HOSTED in text for text in said) == 1

    def of_training(page):
        return [
            e for e in page.fns.values() if getattr(e.fn, "__module__", "").startswith("deepart.ui.train")
        ]

    assert of_training(own) and not of_training(hosted)


def test_the_clock_ticks_only_while_something_runs(tmp_path):
    """Nothing is asked of the server while no training is at work."""
    import gradio as gr

    from deepart.studio import Studio
    from deepart.supervisor import Supervisor
    from deepart.training.status import Status
    from deepart.ui.train import choices, running

    supervisor = Supervisor(tmp_path / "runs", tmp_path / "weights", "cpu")
    with gr.Blocks() as page:
        view = running.build(supervisor)
        view.listed = choices.Choices(Studio(tmp_path / "weights", "cpu"), page)
    assert view.timer.active is False
    clock = running.View.outputs.fget(view).index(view.timer)
    assert view.refresh(None, "", [])[clock].active is False
    (tmp_path / "runs" / "mine").mkdir(parents=True)
    status.write(tmp_path / "runs" / "mine", Status("vae", "mine", status.WAITING))
    supervisor.queue.add("mine")
    assert view.refresh(None, "", [])[clock].active is True
