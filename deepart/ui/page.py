"""The page in several languages: one set of handlers, and what stands on it laid out once for each language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from deepart.ui import tongue


class Page(gr.Blocks):
    """What Gradio serves. Every visitor gets the labels, and every handler speaks, in the language that they ask for.

    lay_out: fills the page that is open, in the language that is spoken; it is called once for each language, and must lay
        out the same components and events each time. The handlers of the first are used for all. settings: of gr.Blocks.
    """

    def __init__(self, lay_out: Callable[[gr.Blocks], None], **settings: Any):
        self._config: dict[str, Any] = {}
        self._told: dict[str, dict[str, Any]] = {}
        super().__init__(**settings)
        with self:
            lay_out(self)
        self._others = {}
        for language in tongue.LANGUAGES[1:]:
            with tongue.speaking(language), gr.Blocks(**settings) as other:
                lay_out(other)
            self._others[language] = other

    @property
    def config(self) -> dict[str, Any]:
        """What the browser draws the page from, for whoever is being answered."""
        language = tongue.now()
        if language not in getattr(self, "_others", {}):
            return self._config
        if language not in self._told:
            self._told[language] = translated(self._config, self._others[language].get_config_file())
        return self._told[language]

    @config.setter
    def config(self, config: dict[str, Any]) -> None:
        self._config, self._told = config, {}

    async def process_api(self, *args: Any, **settings: Any) -> dict[str, Any]:
        """As Gradio does it; the queue calls it outside of the visitor's request, whose headers it hands over."""
        request = settings.get("request") or (args[3] if len(args) > 3 else None)
        first = request[0] if isinstance(request, list) and request else request
        with tongue.speaking(tongue.asked(getattr(first, "headers", None) or {})):
            return await super().process_api(*args, **settings)


def translated(config: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """A page's config with the words of another that was laid out alike. Raises ValueError when they are not alike."""
    kinds = [[part["type"] for part in found["components"]] for found in (config, other)]
    events = [[tuple(event["targets"][0][1:2]) if event["targets"] else () for event in found["dependencies"]] for found in (config, other)]  # fmt: skip
    if kinds[0] != kinds[1] or events[0] != events[1]:
        raise ValueError("the page is laid out differently in two languages")
    return config | {
        "components": [
            ours | {"props": theirs["props"]}
            for ours, theirs in zip(config["components"], other["components"], strict=True)
        ],
        "dependencies": [
            ours | {"js": theirs["js"]}
            for ours, theirs in zip(config["dependencies"], other["dependencies"], strict=True)
        ],
    }
