"""The command that attacks the boundary, in short; and that its watch sees what it should."""

import json
import os
import subprocess
import sys

from conftest import ROOT


def test_no_forged_reference_opens_calls_or_tells_anything(weights_folder):
    command = [sys.executable, "-m", "tests.safety", "boundary", "--count", "300"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout)
    assert (figures["opened"], figures["connections"], figures["forged"]) == (0, 0, 300)
    assert figures["inputs"] >= figures["events"] > 10 and figures["addresses"] > 70


def test_the_watch_sees_files_calls_and_programs(tmp_path):
    bait = tmp_path / "deepart-bait.png"
    bait.write_bytes(b"x")
    code = (
        "import sys, socket, subprocess; from tests.safety.watched import watch; watch(sys.argv[1])\n"
        "open(sys.argv[2]).close(); open(sys.argv[3]).close()\n"
        "socket.socket().connect_ex(('127.0.0.1', 9)); subprocess.run([sys.executable, '-c', ''])\n"
    )
    log = tmp_path / "log"
    files = (str(log), str(bait), str(ROOT / "app.py"))
    subprocess.run([sys.executable, "-c", code, *files], cwd=ROOT, check=True, timeout=120)
    seen = [json.loads(line) for line in log.read_text().splitlines()]
    assert seen == [
        ["open", str(bait)],
        ["socket.connect", "('127.0.0.1', 9)"],
        ["subprocess.Popen", sys.executable],
    ]
