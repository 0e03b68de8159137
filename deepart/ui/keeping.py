"""What the artist's own browser keeps, read anew whenever it is wanted.

Gradio's BrowserState reads it once, when the page is opened: of two tabs, the one that writes last would forget what the
other one kept.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from deepart.ui.parts import PRIVATE

READ = """(_, ...given) => {
  let kept = window.deepartKept?.['@key'];  // where the browser keeps nothing, the page does while it is open
  try { kept ??= localStorage.getItem('@key'); } catch { /* none */ }
  kept ??= '';
  return [kept, ...given.slice(0, @count)];
}"""
WRITE = """told => {
  if (!told) return;
  const kept = JSON.stringify(JSON.parse(told).kept), here = window.deepartKept ??= {};
  try { localStorage.setItem('@key', kept); delete here['@key']; } catch { here['@key'] = kept; }
}"""


class Kept:
    """One thing that JSON can say, under a key in the browser's local storage. Made where the page is laid out."""

    def __init__(self, key: str):
        self.key = key
        self.told = gr.Textbox("", visible="hidden", label=key)
        keep = {"js": WRITE.replace("@key", key), "trigger_mode": "multiple"}
        self.told.change(None, self.told, None, **keep, **PRIVATE)

    def on(
        self, event: Callable, fn: Callable, inputs: Sequence = (), outputs: Sequence = (), **how: Any
    ) -> Any:
        """When an event happens, call fn with what the browser keeps (see `read`) and then the inputs.

        Where self.told is among the outputs, `write` of something puts that into the browser. how: more of the event.
        """
        script = READ.replace("@key", self.key).replace("@count", str(len(inputs)))
        return event(fn, [self.told, *inputs], list(outputs), js=script, **PRIVATE, **how)


def read(text: Any) -> Any:
    """What an argument of Kept.on says; None where nothing was kept, or what is not ours."""
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None


def write(value: Any) -> str:
    """The output by which a browser keeps a value; no two are the same, so that each is a change."""
    return json.dumps({"turn": secrets.token_hex(4), "kept": value})
