"""Commands that attack the studio and print what happened: `python -m tests.safety PART`."""
