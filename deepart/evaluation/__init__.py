"""The figures in the cards and the README, computed by `python -m deepart evaluate`."""
