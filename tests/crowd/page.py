"""What every visitor finds: the addresses and events of the page, from one look at it before the crowd comes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

ASSETS = 105  # scripts and styles that Chromium fetches before the page stands
PIECES = re.compile(r'"\./([\w-]+\.(?:js|css))"')
ENTRY = re.compile(r'(?:src|href)="(?:[^"]*/)?(assets/[^"]+)"')
PATIENCE = 120.0  # seconds without an answer, after which one is lost
PAINT = ["dropdown", "textbox", "slider", "slider", "dropdown", "dropdown", "slider"]


@dataclass
class Page:
    """url: of the page, without a slash at its end. events: the numbers of those that the crowd uses."""

    url: str
    config: dict[str, Any]
    assets: list[str]
    kinds: dict[int, dict] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)

    @classmethod
    def look(cls, url: str) -> Page:
        with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
            html, config = client.get("/").text, client.get("/config").json()
            entry = ENTRY.findall(html)
            script = next(name for name in entry if name.endswith(".js"))
            pieces = [f"assets/{name}" for name in PIECES.findall(client.get(f"/{script}").text)]
        page = cls(url, config, list(dict.fromkeys(entry + pieces))[:ASSETS])
        page.kinds = {part["id"]: part for part in config["components"]}
        page._find_events()
        return page

    def _find_events(self) -> None:
        after = {event["trigger_after"]: event["id"] for event in self.config["dependencies"]}
        for event in self.config["dependencies"]:
            inputs = [self.kinds[part]["type"] for part in event["inputs"]]
            if event["api_name"].startswith("_slide") and inputs == ["dropdown", "state", "checkbox", "html"]:
                self.events["slide"] = event["id"]
            elif event["api_name"] == "look":
                self.events |= {"look": event["id"], "refresh": after[event["id"]]}
            elif event["api_name"] == "make" and inputs == PAINT:
                self.events |= {"paint": event["id"], "give": after[event["id"]]}

    def values(self, event: int) -> list[Any]:
        """What the inputs of an event hold when the page opens."""
        inputs = next(d["inputs"] for d in self.config["dependencies"] if d["id"] == event)
        return [
            None if self.kinds[i]["type"] == "state" else self.kinds[i]["props"].get("value") for i in inputs
        ]

    def at_load(self) -> list[dict]:
        """The events that run on the server when the page opens."""
        events = [event for event in self.config["dependencies"] if event["backend_fn"]]
        return [event for event in events if any(name == "load" for _, name in event["targets"])]
