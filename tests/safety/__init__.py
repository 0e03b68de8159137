"""What must hold where strangers send files: `python -m tests.safety --help`. Each part prints its figures."""
