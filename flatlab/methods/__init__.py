"""Methods: one NamedTuple of hyper-parameters a file, each with its step.

A new file needs no line here: its class is imported from its module. The names below are those of the library.
"""

from flatlab.methods._generic import block_step, block_workspace, has_block_step, state, step, workspace
from flatlab.methods.asam import ASAM
from flatlab.methods.averaged import Averaged
from flatlab.methods.gd import GD
from flatlab.methods.heavy_ball import HeavyBall
from flatlab.methods.iterate_noise import IterateNoise
from flatlab.methods.noise_injection import NoiseInjection
from flatlab.methods.nso import NSO
from flatlab.methods.randomly_smoothed import RandomlySmoothed
from flatlab.methods.rsam import RSAM
from flatlab.methods.sam import SAM
from flatlab.methods.sharpness_aware_perturbation import SharpnessAwarePerturbation
from flatlab.methods.two_point import TwoPoint
from flatlab.methods.usam import USAM

__all__ = [
    "ASAM",
    "GD",
    "NSO",
    "RSAM",
    "SAM",
    "USAM",
    "Averaged",
    "HeavyBall",
    "IterateNoise",
    "NoiseInjection",
    "RandomlySmoothed",
    "SharpnessAwarePerturbation",
    "TwoPoint",
    "block_step",
    "block_workspace",
    "has_block_step",
    "state",
    "step",
    "workspace",
]
