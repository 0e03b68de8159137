"""What is installed is what was published: every file against its recorded hash, every version inside its range."""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"
NOT_HASHED = re.compile(r"(\.pyc|RECORD|INSTALLER|REQUESTED|direct_url\.json|RECORD\.jws)$")


@dataclass
class Tally:
    distributions: int = 0
    files: int = 0
    unhashed: list[str] = field(default_factory=list)  # listed without a hash: told, not judged
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def words(self) -> str:
        return "\n".join([
            f"distributions    {self.distributions}",
            f"files            {self.files} with the hash that their wheel recorded",
            f"without a hash   {len(self.unhashed)}{' such as ' + self.unhashed[0] if self.unhashed else ''}",
            f"faults           {len(self.faults)} (bar 0)",
        ])  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", nargs="*", metavar="NAME", help="check the files of these distributions only"
    )
    parser.add_argument(
        "--no-audit", action="store_true", help="do not ask pip-audit for known vulnerabilities"
    )


def check_files(found: metadata.Distribution, tally: Tally) -> None:
    """Each file of a distribution against the hash in its RECORD."""
    name = found.metadata["Name"]
    for entry in found.files or ():
        if NOT_HASHED.search(str(entry)) or "__pycache__" in entry.parts:
            continue
        path = Path(entry.locate())
        if entry.hash is None:
            tally.unhashed.append(f"{name}: {entry}")
        elif not path.is_file():
            tally.faults.append(f"{name}: {entry} is missing")
        elif digest(path, entry.hash.mode) != entry.hash.value.rstrip("="):
            tally.faults.append(f"{name}: {entry} was changed")
        else:
            tally.files += 1


def digest(path: Path, how: str) -> str:
    with open(path, "rb") as file:
        raw = hashlib.file_digest(file, how).digest()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def check_origin(found: metadata.Distribution, tally: Tally) -> None:
    """A package from an address or a repository has no place on an index where it could be withdrawn."""
    text = found.read_text("direct_url.json")
    if text and not json.loads(text).get("url", "").startswith("file:"):
        tally.faults.append(f"{found.metadata['Name']}: installed from an address, not from the index")


def release(text: str) -> tuple[int, ...]:
    """ "2.10.0+cpu" -> (2, 10): trailing zeros fall away, so that 2.10 and 2.10.0 are equal."""
    numbers = [int(n) for n in re.match(r"\d+(?:\.\d+)*", text)[0].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def check_ranges(tally: Tally) -> None:
    """Each requirement is there, in its range."""
    for line in REQUIREMENTS.read_text("utf-8").splitlines():
        bare = line.split("#")[0].strip()
        if not bare:
            continue
        name, rules = re.match(r"([A-Za-z0-9._-]+)(.*)", bare).groups()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            tally.faults.append(f"{name} is not installed")
            continue
        have = release(version)
        tests = {">=": have.__ge__, "<": have.__lt__, "==": have.__eq__}
        for rule, bound in re.findall(r"(>=|==|<)([\d.]+)", rules):
            if not tests[rule](release(bound)):
                tally.faults.append(f"{name} {version} is not {rule}{bound}")


def audit(tally: Tally) -> None:
    """Known vulnerabilities, where pip-audit is installed and its service answers."""
    if shutil.which("pip-audit") is None and subprocess.run([sys.executable, "-c", "import pip_audit"], capture_output=True).returncode:  # fmt: skip
        tally.notes.append("pip-audit is not installed: known vulnerabilities were not looked up")
        return
    asked = [sys.executable, "-m", "pip_audit", "--requirement", str(REQUIREMENTS), "--progress-spinner", "off", "--format", "json"]  # fmt: skip
    try:
        out = subprocess.run(asked, capture_output=True, text=True, timeout=300)
        known = json.loads(out.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        tally.notes.append("pip-audit's service does not answer: known vulnerabilities were not looked up")
        return
    for one in known:
        tally.faults += [f"{one['name']} {one['version']}: {v['id']}" for v in one.get("vulns", [])]
    tally.notes.append(f"pip-audit looked at {len(known)} packages")


def judge(only: list[str] | None = None) -> Tally:
    tally = Tally()
    for found in metadata.distributions():
        if only and found.metadata["Name"].lower() not in only:
            continue
        tally.distributions += 1
        check_files(found, tally)
        check_origin(found, tally)
    check_ranges(tally)
    return tally


def main(options: argparse.Namespace) -> int:
    tally = judge([name.lower() for name in options.only] if options.only else None)
    if not options.no_audit:
        audit(tally)
    print(tally.words())
    for line in [*tally.notes, *tally.faults[:60]]:
        print("-", line)
    return 1 if tally.faults else 0
