"""`python -m tests.safety PART [options]`: exit status 1 when a bar is broken."""

import argparse
import sys
from importlib import import_module

PARTS = {  # what to type -> the module, with `add_arguments(parser)` and `main(options) -> exit status`
    "boundary": "tests.safety.boundary",
    "files": "tests.safety.files",
    "models": "tests.safety.models",
    "crash": "tests.safety.crash",
    "supply": "tests.safety.supply",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.safety", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    for name, module in PARTS.items():
        part = import_module(module)
        part.add_arguments(
            parts.add_parser(name, help=part.__doc__.split("\n", 1)[0], description=part.__doc__)
        )
    options = parser.parse_args(arguments)
    return import_module(PARTS[options.part]).main(options)


if __name__ == "__main__":
    sys.exit(main())
