"""What leads from tab to tab: Send to, links, PNGs that come back, presets, and the history of all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import gradio as gr

from deepart import links
from deepart.history import Remembered
from deepart.ui import guard, keeping, parts, words
from deepart.ui.desk import Room
from deepart.ui.history import Panel
from deepart.ui.parts import PRIVATE
from deepart.ui.presets import Shelf
from deepart.ui.returning import Returning, warn

REMEMBERED = 200  # recipes of a visitor that the browser keeps
REMEMBERED_BYTES = 300_000
# The browser is told of every change, and in the order in which they happened.
IN_TURN = {"trigger_mode": "always_last", "concurrency_id": "remembered", "concurrency_limit": 1}
COPY = """code => {
  if (!code) return;
  const link = location.origin + location.pathname + '?recipe=' + code;
  const told = text => document.querySelectorAll('button.copy-link').forEach(button => {
    if (button.offsetParent === null) return;
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
  const show = () => window.prompt('@copy', link);
  if (navigator.clipboard) navigator.clipboard.writeText(link).then(() => told('@copied'), show);
  else show();
}"""


THERE = """() => setTimeout(() => {
  const place = document.getElementById('@place');
  place ? place.scrollIntoView({block: 'center'}) : window.scrollTo({top: 0});
}, 300)"""
READ_LINK = "() => new URL(location).searchParams.get('recipe') || ''"


class Connections:
    """The tabs of a page, by their ids, and what each shows to the others."""

    def __init__(self, rooms: gr.Tabs, ends: dict[str, list[parts.End]], room: Room):
        self.rooms, self.room, self.book = rooms, room, room.book
        pairs = [(name, end) for name, found in ends.items() for end in found]
        self.senders = {name: end for name, end in pairs if isinstance(end, parts.Sender)}
        self.landings = {name: end for name, end in pairs if isinstance(end, parts.Landing)}
        makers = [(name, end) for name, end in pairs if isinstance(end, parts.Maker)]
        self.returning = Returning(rooms, makers, room.book)

    def connect(self, back: gr.File, shelves: dict[str, Shelf | None], panel: Panel) -> None:
        """Wire everything, once all tabs are laid out."""
        for name, shelf in shelves.items():
            if shelf and name not in self.senders:
                shelf.fold.visible = False  # its model is missing
        for name, sender in self.senders.items():
            self._wire_sends(name, sender)
            if sender.recipe:
                with sender.row:
                    link = gr.Button(words.COPY_LINK, min_width=100, elem_classes="copy-link")
                self._wire_link(link, sender.inputs, lambda *given, make=sender.recipe: links.to_code(make(*given)))  # fmt: skip
            if shelf := shelves.get(name):
                shelf.connect(sender, self.returning)
        self._wire_sends(
            "history", parts.Sender(panel.send, [panel.shown], panel.hand.picture), with_request=True
        )
        self._wire_link(panel.link, [panel.shown], panel.hand.code, with_request=True)
        outputs = [back, *self.returning.outputs]

        def bring(request: gr.Request, file: Any, *given: Any) -> dict:
            return {back: None, **self.returning.bring_file(request, file, *given)}

        self.returning.then(back.upload(bring, [back, *self.returning.inputs], outputs, **PRIVATE))
        code = gr.Textbox("", visible="hidden", label=words.COPY_LINK)
        self.room.page.load(None, None, code, js=READ_LINK, **PRIVATE)
        linked = [code, *self.returning.inputs]
        self.returning.then(code.change(self.returning.bring_link, linked, self.returning.outputs, **PRIVATE))
        if self.room.desk.outputs is None:
            self._remember_in_browser(panel)

    def _remember_in_browser(self, panel: Panel) -> None:
        """A visitor's recipes go to their browser after everything made, and come back when the page is opened again."""
        kept = keeping.Kept("deepart-history")

        def take(request: gr.Request, text: str) -> None:
            self.book.of(request).remember(_remembered(text)[:REMEMBERED])

        def give(request: gr.Request, text: str) -> str:
            kept = self.book.of(request).remembered(REMEMBERED, REMEMBERED_BYTES, _remembered(text))
            return keeping.write([one._asdict() for one in kept])

        taken = kept.on(self.room.page.load, take)
        taken.then(panel.hand.look, panel.shown, panel.view, **PRIVATE)  # History may be open by then
        for made in self.book.made:
            kept.on(made.then, give, [], [kept.told], **IN_TURN)

    def _wire_sends(self, start: str, sender: parts.Sender, with_request: bool = False) -> None:
        """A button for every other tab that takes pictures."""
        for name, landing in self.landings.items():
            if name != start:
                with sender.row:
                    button = gr.Button(words.SEND.format(title=landing.title), min_width=140)
                inputs = [*sender.inputs, *landing.inputs]
                send = self._sending(sender, name, landing, with_request)
                sent = button.click(send, inputs, [self.rooms, *landing.outputs], **PRIVATE)
                for event in landing.after:
                    sent.success(**event)
                sent.success(None, js=THERE.replace("@place", landing.place), **PRIVATE)

    def _sending(
        self, sender: parts.Sender, name: str, landing: parts.Landing, with_request: bool
    ) -> Callable:
        count = len(sender.inputs)

        def send(request: gr.Request, *given: Any) -> tuple:
            """The picture on view there; the sentence of one that cannot be made is said where it should have come to."""
            try:
                path = sender.picture(*((request,) if with_request else ()), *given[:count])
                if path:
                    self.book.note(request, path, sender.own and sender.own(*given[:count]))
                return gr.Tabs(selected=name), *landing.receive(path, *given[count:])
            except Exception as error:
                skipped = (gr.skip() for _ in landing.outputs[1:])
                return gr.Tabs(selected=name), *skipped, guard.note(guard.sentence(error))

        return send

    def _wire_link(self, button: gr.Button, inputs: list, make: Callable, with_request: bool = False) -> None:
        """A click puts the picture on view as a link into the clipboard."""
        code = gr.Textbox("", visible="hidden", label=words.COPY_LINK)

        def copy(request: gr.Request, *given: Any) -> str:
            try:
                return make(*((request,) if with_request else ()), *given)
            except Exception as error:
                warn(error)
                return ""

        script = COPY.replace("@copied", words.LINK_COPIED).replace("@copy", words.COPY_LINK)
        button.click(copy, inputs, code, **PRIVATE).success(None, code, None, js=script, **PRIVATE)


def _remembered(text: str) -> list[Remembered]:
    """What the browser kept of earlier results; what is none is left out."""
    told, found = keeping.read(text), []
    for one in told if isinstance(told, list) else ():
        try:
            at, star, by = float(one["at"]), bool(one["star"]), one["recipe"]
        except (TypeError, ValueError, KeyError, OverflowError):
            continue
        if math.isfinite(at) and at >= 0 and isinstance(by, str) and by.isascii():
            found.append(Remembered(at, star, by))
    return found
