"""`python -m deepart`: see cli/."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036  what runs it is not asked before
    sys.exit(f"deepart: this needs Python 3.11 or newer, and this is {sys.version.split()[0]}")

# Before torch comes: what Metal lacks, the CPU does.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
try:
    from deepart.cli import main

    sys.exit(main())
except ModuleNotFoundError as missing:
    if (missing.name or "").startswith("deepart"):
        raise
    sys.exit(
        f"deepart: the package {missing.name!r} is missing here: use .venv/bin/python,"
        " or run: python -m pip install -r requirements.txt"
    )
