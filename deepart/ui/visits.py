"""What Gradio remembers of every visitor, made cheap.

It describes each of the page's five hundred parts again for each visitor (60 ms in which nothing else is answered, and
0.7 MB), for links to whole sessions, which the page has none of.
"""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

MOST = 500  # visitors remembered; those who did nothing for the longest time are forgotten first
GONE = 50  # of those, who closed the page; a lost connection may come back


class Visits(StateHolder):
    """Gradio's own, but that nothing is described beforehand, and that visitors who left are forgotten: each of them leaves
    the pictures that stood on their page, about 1 MB."""

    def set_blocks(self, blocks: gr.Blocks) -> None:
        super().set_blocks(blocks)
        self._bare = SimpleNamespace(default_config=blocks.default_config, blocks={})

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            self._forget()
            self.session_data[session_id] = SessionState(self._bare)
        return super().__getitem__(session_id)

    def _forget(self) -> None:
        gone = [name for name, session in list(self.session_data.items()) if session.is_closed]
        for name in gone[:-GONE]:
            self.session_data.pop(name, None)
            self.time_last_used.pop(name, None)


def remember(page: gr.Blocks) -> None:
    """Use it for a page that was launched."""
    visits = Visits()
    visits.set_blocks(page)
    page.app.state_holder = visits
