"""`python -m deepart`: see cli/."""

import os
import sys

from deepart import needs

# Before torch comes: what Metal lacks, the CPU does.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
with needs.met("deepart"):
    from deepart.cli import main

    sys.exit(main())
