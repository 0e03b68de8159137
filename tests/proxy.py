"""A small reverse proxy that serves an app under a path, as a web server in front of it would."""

import asyncio

import httpx

HOP = {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"upgrade", b"content-length", b"host"}


class Proxy:
    """ASGI app: what comes for `<path>/...` goes on to `target`/...; the rest is not there.

    keeps_host: whether the app behind hears the name that the visitor typed, or its own.
    """

    def __init__(self, target: str, path: str, keeps_host: bool = False):
        self.target, self.path, self.keeps_host = target, path, keeps_host
        # A transport, no client: that would keep one visitor's cookies and send them for the next.
        self.transport: httpx.AsyncHTTPTransport | None = None

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        if self.transport is None:  # in the event loop that will use it
            self.transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=None))
        inside = scope["raw_path"].decode().removeprefix(self.path)
        if inside and not inside.startswith("/"):
            inside = None
        body = await self._body(receive)
        if body is None:
            return
        if inside is None or not scope["path"].startswith(self.path):
            await _plain(send, 404, b"not under this path")
            return
        query = f"?{scope['query_string'].decode()}" if scope["query_string"] else ""
        headers = [(k, v) for k, v in scope["headers"] if k not in HOP]
        if self.keeps_host:
            headers.append((b"host", dict(scope["headers"])[b"host"]))
        if body:
            headers.append((b"content-length", b"%d" % len(body)))
        if b"host" not in dict(headers):
            headers.append((b"host", self.target.removeprefix("http://").encode()))
        url = f"{self.target}{inside or '/'}{query}"
        request = httpx.Request(scope["method"], url, headers=headers, content=body)
        try:
            reply = await self.transport.handle_async_request(request)
        except httpx.TransportError as error:
            await _plain(send, 502, f"the app behind did not answer: {error!r}".encode())
            return
        try:
            await self._back(reply, receive, send)
        finally:
            await reply.aclose()

    async def _body(self, receive):
        parts = []
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _back(self, reply, receive, send):
        """Stream the reply; end when either side goes away, so that the app behind hears of it."""

        async def stream():
            headers = [
                (k.lower(), v) for k, v in reply.headers.raw if k.lower() not in HOP - {b"content-length"}
            ]
            await send({"type": "http.response.start", "status": reply.status_code, "headers": headers})
            async for part in reply.aiter_raw():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

        async def gone():
            while (await receive())["type"] != "http.disconnect":
                pass

        tasks = [asyncio.ensure_future(stream()), asyncio.ensure_future(gone())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(results[0], Exception) and not isinstance(results[0], httpx.TransportError | OSError):
            raise results[0]


async def _plain(send, status, text):
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})
