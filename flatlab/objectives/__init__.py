"""Objectives: one NamedTuple a file, each with its value, gradient and curvature; ``questions`` lists what to ask them.

A new file needs no line here: its class is imported from its module. The names below are those of the library.
"""

from flatlab.objectives._descent import descent_scratch
from flatlab.objectives.cosh_sum import CoshSum
from flatlab.objectives.cubic import Cubic
from flatlab.objectives.cubic_quartic import CubicQuartic
from flatlab.objectives.cusp import Cusp
from flatlab.objectives.dense_quadratic import DenseQuadratic
from flatlab.objectives.diagonal_network import DiagonalNetwork
from flatlab.objectives.double_well import DoubleWell
from flatlab.objectives.hats import Hats
from flatlab.objectives.huber_slope import HuberSlope
from flatlab.objectives.least_squares import LeastSquares, ResidualBatch, jacobian, residuals
from flatlab.objectives.network.multilayer_perceptron import (
    MultilayerPerceptron,
    PerceptronBatch,
    accuracy,
    initial_weights,
    network_outputs,
)
from flatlab.objectives.product import Product
from flatlab.objectives.quadratic import Quadratic
from flatlab.objectives.quadratic_models import QuadraticModels
from flatlab.objectives.quartic import NormQuartic, SeparableQuartic
from flatlab.objectives.questions import (
    closed_limit,
    closed_smoothing,
    conserved,
    descend,
    dimension,
    distance_and_certificate,
    draw,
    gradient,
    gradients,
    has_block_gradients,
    hessian,
    hessian_product,
    hessian_trace,
    new_sample,
    sample_gradient,
    third_derivative,
    trace_gradient,
    value,
)
from flatlab.objectives.rank_one import RankOne
from flatlab.objectives.saturating import Saturating
from flatlab.objectives.sensing.matrix_sensing import (
    MatrixSensing,
    TraceForm,
    packed_square,
    sensing_residuals,
    trace_form,
)
from flatlab.objectives.valleys.ravine import IsolatedRavine, SeparableRavine
from flatlab.objectives.valleys.valley import Valley
from flatlab.objectives.valleys.valley_risk import ValleyRisk
from flatlab.objectives.wrappers.coordinate_noise import CoordinateNoise
from flatlab.objectives.wrappers.forwarding import another_function, another_oracle, without_oracle
from flatlab.objectives.wrappers.fresh_noise import FreshNoise
from flatlab.objectives.wrappers.noisy import Noisy
from flatlab.objectives.wrappers.side_by_side import SideBySide
from flatlab.objectives.wrappers.smoothed import Smoothed
from flatlab.objectives.wrappers.trace_penalty import TracePenalty
from flatlab.objectives.wrappers.weight_decay import WeightDecay

__all__ = [
    "CoordinateNoise",
    "CoshSum",
    "Cubic",
    "CubicQuartic",
    "Cusp",
    "DenseQuadratic",
    "DiagonalNetwork",
    "DoubleWell",
    "FreshNoise",
    "Hats",
    "HuberSlope",
    "IsolatedRavine",
    "LeastSquares",
    "MatrixSensing",
    "MultilayerPerceptron",
    "Noisy",
    "NormQuartic",
    "PerceptronBatch",
    "Product",
    "Quadratic",
    "QuadraticModels",
    "RankOne",
    "ResidualBatch",
    "Saturating",
    "SeparableQuartic",
    "SeparableRavine",
    "SideBySide",
    "Smoothed",
    "TraceForm",
    "TracePenalty",
    "Valley",
    "ValleyRisk",
    "WeightDecay",
    "accuracy",
    "another_function",
    "another_oracle",
    "closed_limit",
    "closed_smoothing",
    "conserved",
    "descend",
    "descent_scratch",
    "dimension",
    "distance_and_certificate",
    "draw",
    "gradient",
    "gradients",
    "has_block_gradients",
    "hessian",
    "hessian_product",
    "hessian_trace",
    "initial_weights",
    "jacobian",
    "network_outputs",
    "new_sample",
    "packed_square",
    "residuals",
    "sample_gradient",
    "sensing_residuals",
    "third_derivative",
    "trace_form",
    "trace_gradient",
    "value",
    "without_oracle",
]
