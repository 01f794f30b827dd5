"""Escape from sharp minima by random and sharpness-aware perturbations: formulas of paper_checks/ahn2024/README.md."""

from .sphere import SphereAverage, WavyValley
from .step import ClosingDescent, FlowStep, SmoothingAtRest, StepCost
from .theorem import EscapeTheorem, FlatMinimum
from .valleys import (
    ExponentialValley,
    HyperbolaPoint,
    PowerValley,
    QuadraticValley,
    RampValley,
    flat_fraction,
    flow_time_bound,
    valley_time,
)

__all__ = [
    "ClosingDescent",
    "EscapeTheorem",
    "ExponentialValley",
    "FlatMinimum",
    "FlowStep",
    "HyperbolaPoint",
    "PowerValley",
    "QuadraticValley",
    "RampValley",
    "SmoothingAtRest",
    "SphereAverage",
    "StepCost",
    "WavyValley",
    "flat_fraction",
    "flow_time_bound",
    "valley_time",
]
