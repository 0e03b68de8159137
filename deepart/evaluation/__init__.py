"""The figures in the cards and in weights/README.md, computed by `python -m deepart evaluate`."""
