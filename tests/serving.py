"""A server of any ASGI app in this process, for as long as a `with` block."""

import contextlib
import threading
import time

import uvicorn


@contextlib.contextmanager
def serving(app, port: int = 0):
    """Yields the address, such as http://127.0.0.1:40001."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < end, "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
