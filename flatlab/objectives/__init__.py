"""Objectives: one NamedTuple a file, each with its value, gradient and curvature; ``questions`` lists what to ask them.

Adding an objective is adding a file with an ``__all__``; nothing else is edited.
"""

from flatlab._collect import public_names
from flatlab.objectives._descent import descent_room

_collected = public_names(__name__, __path__)
globals().update(_collected)

__all__ = ["descent_room", *_collected]
