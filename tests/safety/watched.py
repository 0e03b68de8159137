"""Runs app.py and writes down what it opens and whom it calls: `python -m tests.safety.watched LOG [flags of app.py]`.

One line of JSON for every file opened whose path holds the word of BAIT, every folder listed whose path does, every
connection, name looked up and program started. Python itself tells of them (PEP 578), whichever library asks.
"""

import json
import os
import sys

BAIT = "deepart-bait"
FILES = {"open", "os.listdir", "os.scandir"}
CALLS = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile"}


def watch(log: str) -> None:
    """Write everything from now on, in every thread of this process, to the file `log`."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def hook(event: str, values: tuple) -> None:
        if event in FILES:
            where = str(values[0])
            if BAIT not in where:
                return
        elif event in CALLS:
            where = str(values[1] if event in ("socket.connect", "socket.sendto") else values[0])
        elif event in PROGRAMS:
            where = str(values[0])
        else:
            return
        os.write(out, (json.dumps([event, where]) + "\n").encode())

    sys.addaudithook(hook)


def main() -> None:
    log, *flags = sys.argv[1:]
    watch(log)
    import app

    sys.argv = ["app.py", *flags]
    app.main()


if __name__ == "__main__":
    main()
