"""One right call of every public function of ``flatlab.theory``, and the wrong values to put into it."""

import datetime
import importlib
import inspect
import pkgutil
from fractions import Fraction
from importlib.util import find_spec

import numpy as np

import flatlab.theory
from flatlab.theory.noise import NoisyDescent
from flatlab.theory.sam import SAMOnQuadratic


def _vector(*entries):
    return np.array(entries)


ARGUMENTS = {
    "eta": 0.2, "rho": 0.1, "eigenvalues": _vector(3.0, 1.0, 0.5), "smoothness": 2.0, "sigma": 0.5, "pairs": 2,
    "gap": 1.5, "steps": 50, "epsilon": 0.1, "s": 0.3, "start": _vector(1.0, 0.5, 0.2), "d": 6, "curvature": 1.5,
    "etas": _vector(0.1, 0.2, 0.1), "top_eigenvalue": 3.0, "mu": 0.5, "w": _vector(0.4, 0.3, 0.2), "variance": 0.5,
    "samples": 8, "u": _vector(0.3, 0.2, 0.1), "delta": 0.05, "distance": 0.05, "gradient": _vector(0.2, 0.15, 0.1),
    "gradient_norm": 0.4, "variances": _vector(0.1, 0.2, 0.3), "columns": 2, "loss_max": 2.0, "points": 4,
    "eigenvalue": 1.0, "constant": 1.0, "trace": 1.5, "wavenumber": 2.0, "third": _vector(0.1, 0.2, 0.3), "fourth": 0.4,
    "second_moment": 0.7, "tangential_gradient": _vector(0.1, 0.2), "certificate": 0.05, "transverse": 2,
    "perturbation_norm": 0.1, "even": 0.3, "odd": 0.1, "oracle": 0.3, "coefficients": _vector(0.1, 0.2, 0.3),
    "descent": NoisyDescent(2.0, 1.5, 0.5, 50),
    "function": np.cos, "nodes": 8, "q": 0.2, "beta": 0.5, "failure_probability": 0.1, "tolerance": 0.1,
    "dimension": 5, "hessian_lipschitz": 1.0, "fourth_moment": 0.8, "first": True, "index": 0,
    "sharpness_of": lambda x: 2.0, "times": _vector(0.0, 1.0, 2.0), "gain": 0.4, "projected": True, "c_eta": 1.0,
    "c_eta_prime": 1.0, "c_rho": 1.0, "c_gate": 1.0, "c_steps": 1.0, "gate": 0.3, "scale": 1.0, "power": 3.0,
    "drop": 0.5, "slope": lambda y: 1.0, "hessian": np.diag([3.0, 1.0, 0.5]), "t": 3, "invariant": 0.5,
    "flat": 0.1, "truth_eigenvalues": _vector(2.0, 1.0, 0.5), "threshold": 0.3, "losses": _vector(0.1, 0.2, 0.3),
    "looks": 3, "empirical": 0.2, "x": _vector(0.1, 0.2, 0.3), "alpha": 0.5, "batch": 4, "norms": _vector(1.0, 2.0),
    "slopes": _vector(0.3, 0.2), "shares": _vector(0.5, 0.5), "gradients": np.eye(3)[:2],
    "curvatures_along": np.ones((2, 3)), "residuals": _vector(0.3, 0.1), "radius": 1.0,
    "oracle_variances": _vector(0.1, 0.2, 0.3), "along": 0, "reduction": 0.1, "relative_gap": 0.1,
    "tangential_gradient_norm": 0.2, "third_bound": 0.5, "fourth_bound": 0.5, "sharpness_value": 3.0,
    "tangential_gradient_of": lambda x: np.zeros_like(x), "slope_of": lambda y: 0.0 * y, "pl_constant": 0.5,
    "rate": 1.0, "steepness": 2.0, "end": 0.1, "flow_time": 3.0, "flow_step": 0.1, "profile": "exponential",
    "branch": "randomly smoothed", "hitting_time": 20, "cost_gap": 0.05, "low": 0.5, "high": 2.0, "radial_error": 1e-4,
    "tangent": 1e-4, "nu": 1.5, "sum_product_squares": 3.0, "sum_error_traces": 0.4, "nuclear_norm": 2.0,
    "sum_squares": 3.0, "sum_trace_squares": 2.0, "value": 0.5, "p": 0.4, "budget": 0.1,
    "sam": SAMOnQuadratic([3.0, 1.0, 0.5], 0.2, 0.1), "radial_rate": 0.3, "contraction": 0.4, "forcing": 0.5,
    "grid": _vector(0.1, 0.2, 0.4), "kl": 0.3, "order": 2, "laplacians": _vector(1.0, 0.5), "truth_trace": 3.0,
    "profile_slope": 0.3, "summability": 3.0, "leading": 0.05,
}  # fmt: skip

OTHERS = {  # where a function means something else by the name
    "SAMOnQuadratic.escape_factor": {"index": 1},
    "SAMOnQuadratic.divergence": {"eta": 0.9},
    "SphereStart": {"radius": 0.1},
    "valley_time": {"start": 1.0},
    "HeavyBallOnQuadratic.covariance_after": {"start": np.eye(2)},
    "QuadraticInstance": {"start": "cold"},
    "integrate_ravine_drift": {"start": 0.2},
    "GaussianPosterior.rigorous_bound": {"s": 0.2},
    "QuadraticValley": {"start": 1.0},
    "ExponentialValley": {"start": 1.0},
    "PowerValley": {"start": 1.0},
    "flat_fraction": {"hitting_time": 20.0, "steps": 50.0},
}

WRONG = {
    "None": None,
    "text": "x",
    "bytes": b"1",
    "text of a number": "1.0",
    "True": True,
    "nan": np.nan,
    "infinity": np.inf,
    "minus one": -1,
    "zero": 0,
    "fraction": Fraction(1, 3),
    "complex": 1 + 0j,
    "complex vector": np.array([1j, 2.0]),
    "vector": [0.3, 0.2],
    "matrix": [[1.0, 2.0], [3.0, 4.0]],
    "ragged": [[1.0], [2.0, 3.0]],
    "empty": [],
    "texts": np.array(["1", "2"]),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "date": datetime.date(2020, 1, 1),
    "duration": np.timedelta64(3),
    "masked": np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False]),
    "booleans": np.array([True, False]),
    "with nan": [1.0, np.nan],
    "beyond floats": 10**400,
    "beyond 64 bits": 10**30,
    "huge": 1e300,
    "tiny": 1e-300,
    "endless": 2**62,
    "list with the beyond": [1, 10**400],
    "object": object(),
    "dictionary": {},
    "function": len,
}
if find_spec("flint") is not None:  # Arb's numbers turn to floats without their radius
    arb = importlib.import_module("flint").arb
    WRONG |= {"bare ball": arb(0.3, 1e-3), "exact ball": arb(1), "bare balls": [arb(0.3, 1e-3), arb(0.2)]}
    WRONG |= {"array of balls": np.array(WRONG["bare balls"]), "matrix of balls": np.array([[arb(1), arb(0.3, 1e-3)]])}


def functions():
    """Return all public functions of the package by ``module.name``.

    Of a setting there is one function for its construction with every property, and one for every method: they take
    the fields of the setting by name, and the arguments of the method.
    """
    found = {}
    for entry in pkgutil.walk_packages(flatlab.theory.__path__, "flatlab.theory."):
        module = importlib.import_module(entry.name)
        short = entry.name.removeprefix("flatlab.theory.")
        if entry.ispkg or short.rpartition(".")[2].startswith("_"):
            continue
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(thing):
                found[f"{short}.{name}"] = thing
            elif inspect.isclass(thing) and hasattr(thing, "clean_fields"):
                found |= {f"{short}.{name}{member}": call for member, call in _of_setting(thing).items()}
    return found


def _of_setting(cls):
    fields = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=cls._field_defaults.get(name, inspect.Parameter.empty)
        )
        for name in cls._fields
    ]
    members = {name: thing for name, thing in vars(cls).items() if not name.startswith("_") and name not in cls._fields}
    calls = {"": _call(cls, lambda setting: list(setting), fields, [])}
    for name, member in members.items():
        if isinstance(member, property):
            calls[f".{name}"] = _call(cls, member.fget, fields, [])
        elif inspect.isfunction(member) and name != "clean_fields":
            own = list(inspect.signature(member).parameters.values())[1:]
            calls[f".{name}"] = _call(cls, member, fields, [p.replace(kind=p.KEYWORD_ONLY) for p in own])
    return calls


def _call(cls, evaluate, fields, own):
    def call(**arguments):
        setting = cls(**{field.name: arguments[field.name] for field in fields})
        return evaluate(setting, **{parameter.name: arguments[parameter.name] for parameter in own})

    call.__signature__ = inspect.Signature([*fields, *own])
    call.__name__ = f"{cls.__name__}.{evaluate.__name__}"
    return call


def right_arguments(function):
    """Return the keyword arguments of a call that is right."""
    name = function.__name__
    known = ARGUMENTS | OTHERS.get(name.partition(".")[0], {}) | OTHERS.get(name, {})
    return {
        name: known[name] if name in known and parameter.default is parameter.empty else parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "name"  # of an argument, for the words of a refusal
    }
