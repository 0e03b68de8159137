"""`python -m tests.safety PART [...]`: one attack on the studio, its figures, and exit status 1 on any surprise."""

import argparse
import sys

from tests.safety import boundary

PARTS = {"boundary": boundary}  # name -> module with add_arguments(parser) and main(options) -> exit status


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.safety", description=__doc__)
    commands = parser.add_subparsers(dest="part", required=True)
    for name, part in PARTS.items():
        part.add_arguments(
            commands.add_parser(name, description=part.__doc__, help=part.__doc__.splitlines()[0])
        )
    options = parser.parse_args()
    return PARTS[options.part].main(options)


if __name__ == "__main__":
    sys.exit(main())
