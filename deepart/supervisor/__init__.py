"""Trainings beside the page: each is a child process with the same command line, and tells of itself in its folder.

The page only reads those files, so that nothing depends on it: close it, start it again, or kill a training, and what
was saved goes on with Resume. One training at a time on the machine's device; the others wait in a small file.
"""

from deepart.supervisor.orders import NOUNS, Order, TrainError
from deepart.supervisor.supervisor import Supervisor

__all__ = ["NOUNS", "Order", "Supervisor", "TrainError"]
