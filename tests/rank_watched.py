"""The command line with something going wrong in it: `python -m tests.rank_watched NOTES [RANK:STEP:SIGNAL:WHOM ...] -- ARGUMENTS`.

When process RANK begins its optimiser step STEP, it sends SIGNAL to `self` or to its `parent`, which is torchrun.
Each process leaves its number in NOTES/pid-RANK, and in NOTES/files-RANK every file and folder that it made or changed.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.copyfile")


def main(notes: Path, faults: list[str], arguments: list[str]) -> int:
    rank, changed = int(os.environ.get("RANK", "0")), []
    (notes / f"pid-{rank}").write_text(str(os.getpid()))

    def look(event: str, values: tuple) -> None:
        is_written = event == "open" and isinstance(values[1], str) and set(values[1]) & set("wxa+")
        if (is_written or event in CHANGES) and threading.current_thread() is threading.main_thread():
            changed.append(str(values[0]))

    from deepart.cli import main as run
    from deepart.training import loop

    take_step, steps = loop.take_step, []

    def watched(*given):
        steps.append(1)
        for at, step, number, whom in (fault.split(":") for fault in faults):
            if (int(at), int(step)) == (rank, len(steps)):
                os.kill(os.getpid() if whom == "self" else os.getppid(), signal.Signals[number])
        return take_step(*given)

    loop.take_step = watched
    sys.addaudithook(look)
    try:
        return run(arguments)
    finally:
        found = [*changed]
        (notes / f"files-{rank}").write_text(json.dumps(found))


if __name__ == "__main__":
    split = sys.argv.index("--")
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1 :]))
