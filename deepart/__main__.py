"""`python -m deepart`: see cli."""

import os
import sys

from deepart.cli import main

os.environ.setdefault(
    "PYTORCH_ENABLE_MPS_FALLBACK", "1"
)  # before torch comes: what Metal lacks, the CPU does
sys.exit(main())
