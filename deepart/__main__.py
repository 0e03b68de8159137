"""`python -m deepart`: see cli.py."""

import sys

from deepart.cli import main

sys.exit(main())
