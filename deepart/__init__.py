"""deepart: an art studio in the browser. Start it with `python app.py`, or see `python -m deepart --help`."""

__version__ = "0.1.0"
