"""Which addresses of Gradio are let through, and why the others are not.

Whatever stands in neither table is refused too; a test asks that every address of the installed Gradio stands in one of
them, so that a new one is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

API = "/gradio_api"
READ = frozenset({"GET", "HEAD"})
GET = frozenset({"GET"})
POST = frozenset({"POST"})


@dataclass(frozen=True)
class Door:
    """One address. Names in braces stand for one part of it, `:path` for the rest of it."""

    path: str
    methods: frozenset[str] = GET
    body: str = "none"  # none, json, upload or login
    tells_files: bool = False  # whether replies name files, so that their paths must be signed
    file: bool = False  # whether the last part is a reference to a file
    same: bool = False  # whether everybody gets the same reply
    turn: str = ""  # of an event: "direct" when its reply is the answer, "queue" when it joins the queue


def _page(path: str, methods: frozenset[str] = GET, same: bool = False) -> Door:
    return Door(path, methods, tells_files=True, same=same)


def _event(path: str, turn: str = "") -> Door:
    return Door(API + path, POST, "json", tells_files=True, turn=turn)


DOORS = (
    _page("/", READ, same=True),
    _page("/config"),
    _page("/config/"),
    Door("/assets/{path:path}", same=True),
    Door("/static/{path:path}", same=True),
    Door("/svelte/{path:path}", same=True),
    Door("/favicon.ico"),
    Door("/manifest.json"),
    Door("/robots.txt"),
    Door("/theme.css", same=True),
    Door(API + "/theme.css", same=True),
    Door("/login", POST, "login"),
    Door("/login/", POST, "login"),
    Door("/logout"),
    Door(API + "/user"),
    Door(API + "/user/"),
    Door(API + "/login_check"),
    Door(API + "/login_check/"),
    Door(API + "/app_id"),
    Door(API + "/app_id/"),
    Door(API + "/startup-events"),
    Door(API + "/heartbeat/{session_hash}"),
    _page(API + "/info"),
    _page(API + "/info/"),
    _page(API + "/openapi.json"),
    Door(API + "/upload", POST, "upload", tells_files=True),
    Door(API + "/upload_progress", tells_files=True),
    Door(API + "/file={path_or_url:path}", READ, file=True),
    _event("/run/{api_name}", "direct"),
    _event("/run/{api_name}/", "direct"),
    _event("/call/{api_name}", "queue"),
    _event("/call/{api_name}/", "queue"),
    _event("/call/v2/{api_name}", "queue"),
    _event("/call/v2/{api_name}/", "queue"),
    Door(API + "/call/{api_name}/{event_id}", tells_files=True),
    Door(API + "/call/v2/{api_name}/{event_id}", tells_files=True),
    _event("/queue/join", "queue"),
    Door(API + "/queue/data", tells_files=True),
    Door(API + "/queue/status"),
    _event("/cancel"),
    _event("/reset"),
    _event("/reset/"),
)

REFUSED = {  # address -> why
    "/openapi.json": "the schema of Gradio's own addresses; the endpoints' is under /gradio_api",
    "/gradio_api/api/{api_name}": "the old spelling of run",
    "/gradio_api/api/{api_name}/": "the old spelling of run",
    "/gradio_api/component_server": "functions of components; the page uses none",
    "/gradio_api/component_server/": "functions of components; the page uses none",
    "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}": "reads a component's code; there is none",
    "/gradio_api/deep_link": "writes an artist's session into a file",
    "/gradio_api/dev/reload": "for developing",
    "/gradio_api/file/{path:path}": "the old spelling of file=",
    "/gradio_api/process_recording": "screen recordings, through ffmpeg",
    "/gradio_api/proxy={url_path:path}": "fetches from the network",
    "/gradio_api/run-history/buckets": "sends what artists made to a hub",
    "/gradio_api/run-history/connect": "sends what artists made to a hub",
    "/gradio_api/run-history/records": "sends what artists made to a hub",
    "/gradio_api/run-history/records/{endpoint}/{record_id}/assets/{asset_id}": "fetches from a hub",
    "/gradio_api/runs": "sends what artists made to a hub",
    "/gradio_api/runs/": "sends what artists made to a hub",
    "/gradio_api/stream/{event_id}": "live sound and video; the page has none",
    "/gradio_api/stream/{event_id}/close": "live sound and video; the page has none",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file": "live sound and video",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8": "live sound and video",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}": "live sound and video",
    "/gradio_api/token": "tells the login's token to any script of the page",
    "/gradio_api/token/": "tells the login's token to any script of the page",
    "/gradio_api/undo-vibe-edit": "changes the program",
    "/gradio_api/undo-vibe-edit/": "changes the program",
    "/gradio_api/vibe-code": "changes the program",
    "/gradio_api/vibe-code/": "changes the program",
    "/gradio_api/vibe-edit": "changes the program",
    "/gradio_api/vibe-edit/": "changes the program",
    "/gradio_api/vibe-starter-queries": "asks a language model on the network",
    "/gradio_api/vibe-starter-queries/": "asks a language model on the network",
    "/monitoring": "who used what, when",
    "/monitoring/summary": "who used what, when",
    "/monitoring/{key}": "who used what, when",
    "/pwa_icon": "we have no icon for it",
    "/pwa_icon/{size}": "scales a picture to any size that is asked for",
}


def _pattern(path: str) -> re.Pattern:
    """`/call/{api_name}` -> an expression; compiled ones are kept by `re`."""
    text = re.sub(r"\\{\w+:path\\}", "(.*)", re.escape(path))
    return re.compile(re.sub(r"\\{\w+\\}", "([^/]+)", text), re.DOTALL)


PATTERNS = tuple((_pattern(door.path), door) for door in DOORS)


def find(path: str) -> tuple[Door, str] | None:
    """The door at an address and what stands in the place of its last name; None when there is none."""
    for pattern, door in PATTERNS:
        if (found := pattern.fullmatch(path)) is not None:
            return door, found.group(pattern.groups) if pattern.groups else ""
    return None
