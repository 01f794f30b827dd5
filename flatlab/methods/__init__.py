"""Methods: one NamedTuple of hyper-parameters a file, each with its step.

Adding a method is adding a file with an ``__all__``; nothing else is edited.
"""

from flatlab._collect import public_names
from flatlab.methods._generic import block_step, block_workspace, has_block_step, state, step, workspace

_collected = public_names(__name__, __path__)
globals().update(_collected)

__all__ = ["block_step", "block_workspace", "has_block_step", "state", "step", "workspace", *_collected]
