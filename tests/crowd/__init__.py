"""A crowd of visitors before a real app: `python -m tests.crowd --people 50 --seconds 120`."""
