"""Right calls of what one may call from Python, outside the formulas of the theory, which have their own test."""

from concurrent.futures import ThreadPoolExecutor

import cases
import numpy as np
import theory_calls
from tiny_claims import tiny

import flatlab
from flatlab.evidence import domains, intervals, relations, sequences
from flatlab.geometry import bounce, curvature, hessian_vector, limit_map, smoothing
from flatlab.learning import drawn_images, protocol, tasks, tuning
from flatlab.methods import GD, SAM, IterateNoise, RandomlySmoothed
from flatlab.objectives import Noisy, Product, Quadratic, Valley, observables, questions
from flatlab.objectives.sensing import problem as sensing
from flatlab.objectives.valleys import profiles
from flatlab.simulation import escape_times, second_moments, statistics, stopping
from flatlab.storage.sweep import sweep

WRONG = theory_calls.WRONG | {"generator": np.random.default_rng(0), "executor class": ThreadPoolExecutor}
BOWL, VALLEY, HESSIAN = Quadratic([3.0, 1.0]), Valley(profiles.Parabola(), 1), np.array([[2.0, 0.5], [0.5, 1.0]])
START, STARTS = np.array([1.0, 0.5]), np.array([[1.0, 0.5], [0.2, 0.3]])
ON_VALLEY, BOTTOM = np.array([0.1, 0.3]), np.array([0.0, 0.3])
RUN = {"method": SAM(0.1, 0.1), "objective": BOWL, "start": START, "steps": 3}
RUNS = {"method": SAM(0.1, 0.1), "objective": Noisy(BOWL, 0.1), "starts": STARTS, "steps": 3}
ONE_RUN = {name: value for name, value in RUN.items() if name != "steps"}
MANY = {name: value for name, value in RUNS.items() if name != "starts"}
LOSS, RNG = observables.Loss(), np.random.default_rng(1)
SENSING = {"d": 3, "rank": 1, "n": 4, "rng": RNG}


def start_from(rng):
    """Draw the start of a replicate."""
    return rng.standard_normal(2)


def claims(claim):
    """Return the claims of one name."""
    return flatlab.claims(claim)


def read_verdicts(verdicts):
    """Read a report."""
    return flatlab.read_verdicts(verdicts)


def until(rule):
    """Return a run that ends by a rule of this class."""

    def run(observable, level):
        return flatlab.hitting_time(**RUN, until=rule(observable, level))

    return named(run, rule)


def of_ensemble(statistic):
    """Return an ensemble of which a statistic of this class is asked for."""

    def run(**fields):
        return flatlab.ensemble_statistics(
            **MANY, starts_from=start_from, replicates=3, statistics={"s": statistic(**fields)}
        )

    return named(run, statistic)


def tracked(objective, observable):
    """Track an observable of another objective."""
    return flatlab.track(**RUN, observable=observables.OnObjective(objective, observable))


def named(run, cls):
    """Give a function the name of the class that it tries."""
    run.__name__, run.__module__ = cls.__name__, cls.__module__
    return run


def first_entry(ends):
    """Return one number of each end."""
    return ends[:, :1]


def above_zero(ends):
    """Tell which ends lie to the right."""
    return ends[:, 0] > 0


def asked(question):
    """Return a question of an objective as a function that takes its arguments by name."""

    def ask(**arguments):
        return question(*arguments.values())

    return named(ask, question)


SLOPES = np.array([2.0, 2.1])[:, None] ** np.arange(6)
FUNCTIONS = [
    (flatlab.trajectory, RUN | {"record_every": 1, "rng": RNG, "keep_divergence": False}),
    (flatlab.track, RUN | {"observable": LOSS, "record_every": 1, "rng": RNG}),
    (flatlab.running, ONE_RUN | {"observable": LOSS, "checkpoints": [1, 2], "rng": RNG}),
    (flatlab.outputs, RUN | {"rng": RNG}),
    (flatlab.hitting_time, RUN | {"observable": LOSS, "below": 0.1, "rng": RNG}),
    (flatlab.ensemble, RUNS | {"seed": 0, "executor": None, "progress": False, "keep_divergence": False}),
    (flatlab.hitting_times, RUNS | {"observable": LOSS, "below": 0.1, "seed": 0, "executor": None, "progress": False}),
    (flatlab.replicate_rng, {"seed": 1, "replicate": 1}),
    (flatlab.ensemble_statistics, MANY | {
        "starts_from": start_from, "replicates": 3, "statistics": {"end": statistics.Moments()}, "seed": 0,
        "executor": None, "progress": False, "keep_divergence": False,
    }),
    (flatlab.check_method, {"method": SAM(0.1, 0.1), "objective": BOWL, "start": START}),
    (flatlab.check_objective, {"objective": BOWL, "point": START}),
    (claims, {"claim": "laboratory"}),
    (flatlab.verify_claim, {"claim": tiny(), "seed": 0, "budget": "quick"}),
    (flatlab.nearest_failure, {"claim": tiny(), "evaluations": 3, "seed": 0}),
    (flatlab.load_record, {"path": "nowhere.nc"}),
    (read_verdicts, {"verdicts": "nowhere.json"}),
    (sweep, {"path": None, "settings": [{"x": 1}], "run": len, "progress": False, "executor": None}),
    (escape_times.escape_times, {
        "method": RandomlySmoothed(0.01, 0.05, 0.1, 0.0), "objective": VALLEY, "starts": [ON_VALLEY], "epsilon": 0.1,
        "steps": 3, "epsilon_prime": 0.2, "by_distance": True, "neighbourhood": 1.0, "seed": 0,
    }),
    (second_moments.running_moments, {
        "eta": 0.1, "eigenvalues": START, "variances": START, "start": START, "checkpoints": [1, 2],
    }),
    (bounce.bounce_frame, {
        "objective": VALLEY, "minimum": BOTTOM, "eta": 0.1, "near": 1e-6, "simple": 1e-6, "flat": 1e-6,
    }),
    (bounce.bounce_centres, {"path": STARTS}),
    (bounce.nearest_minimum, {"objective": VALLEY, "point": ON_VALLEY, "rank": 1, "near": 1e-12}),
    (bounce.follow_drift, {"objective": VALLEY, "minimum": BOTTOM, "times": [0.0, 0.1], "eta": 0.1, "simple": 1e-6}),
    (curvature.leading_eigenpair, {"matrix": HESSIAN, "simple": 1e-6}),
    (curvature.leading_curvature, {"objective": BOWL, "w": START, "simple": 1e-6}),
    (curvature.sharpness_gradient, {"objective": VALLEY, "w": START, "simple": 1e-6}),
    (curvature.kernel_projector, {"matrix": HESSIAN, "flat": 1e-6}),
    (hessian_vector.hessian_operator, {"objective": BOWL, "w": START}),
    (hessian_vector.hutchinson, {"matrix": HESSIAN, "probes": 4, "rng": RNG}),
    (hessian_vector.hutch_plus_plus, {"matrix": HESSIAN, "probes": 6, "rng": RNG}),
    (hessian_vector.largest_eigenvalue, {"matrix": HESSIAN, "tolerance": 0.0}),
    (limit_map.flatness, {"objective": VALLEY, "w": ON_VALLEY, "neighbourhood": 1.0}),
    (limit_map.certificate, {"objective": VALLEY, "minimum": BOTTOM}),
    (limit_map.limit_map, {"objective": Product(2), "w": [2.0, 0.3]}),
    (limit_map.flow_limit, {"objective": Product(2), "w": [2.0, 0.3]}),
    (smoothing.smoothed_value, {"objective": BOWL, "w": START, "s": 0.1}),
    (smoothing.smoothed_gradient, {"objective": BOWL, "w": START, "s": 0.1}),
    (smoothing.quadrature_expectation, {"function": np.sum, "size": 2, "s": 0.1, "nodes": 4}),
    (asked(questions.value), {"objective": BOWL, "w": START}),
    (asked(questions.gradient), {"objective": BOWL, "w": START, "out": np.empty(2)}),
    (asked(questions.hessian), {"objective": BOWL, "w": START}),
    (asked(questions.hessian_trace), {"objective": BOWL, "w": START}),
    (asked(questions.hessian_product), {"objective": BOWL, "w": START, "vectors": START}),
    (asked(questions.dimension), {"objective": BOWL}),
    (intervals.power_law_slope, {"scales": 2.0 ** np.arange(6), "values": SLOPES, "floor": 0.0, "level": 0.9}),
    (intervals.mean, {"values": [1.0, 2.0, 4.0], "level": 0.9}),
    (intervals.proportion, {"successes": 1, "trials": 3, "level": 0.9}),
    (intervals.settled_factor, {"values": 0.5 ** np.arange(20), "floor": 1e-290}),
    (sensing.sensing_problem, SENSING | {"columns": 2, "n_test": 3, "symmetrised": True, "single": False}),
    (sensing.gaussian_measurements, {"d": 3, "n": 4, "rng": RNG, "symmetrised": True, "single": False}),
    (sensing.pack_measurements, {"matrices": np.ones((2, 3, 3))}),
    (sensing.sensing_start, {"problem": sensing.sensing_problem(3, 1, 4, rng=RNG), "rng": RNG, "scale": 1.0}),
    (drawn_images.draw_images, {
        "count": 2, "classes": (0, 1), "rng": RNG, "style": 0, "side": 8, "shift": 0.6, "angle": 0.2, "noise": 0.1,
    }),
    (drawn_images.augment, {"images": np.ones((2, 9)), "rng": RNG, "shift": 0.6, "angle": 0.2, "noise": 0.1}),
    (protocol.build_method, {"name": "SAM", "value": 0.1, "eta": 0.05, "momentum": 0.9, "decay": 0.0}),
    (protocol.steps_within, {"method": GD(0.1), "budget": 3.0, "samples": 8, "batch": 4}),
    (tasks.load_set, {"name": "iris"}),
    (tasks.with_label_noise, {"labels": np.array([0, 1]), "classes": 2, "share": 0.5, "rng": RNG}),
    (tracked, {"objective": BOWL, "observable": LOSS}),
    (until(stopping.Below), {"observable": LOSS, "level": 0.1}),
    (until(stopping.Above), {"observable": LOSS, "level": 9.0}),
    (of_ensemble(statistics.Moments), {"of": first_entry}),
    (of_ensemble(statistics.Extremes), {"of": first_entry}),
    (of_ensemble(statistics.Histogram), {"edges": (0.0, 1.0), "of": first_entry}),
    (of_ensemble(statistics.Quantiles), {"levels": (0.5,), "accuracy": 0.01, "of": first_entry}),
    (of_ensemble(statistics.Proportion), {"event": above_zero, "confidence": 0.9}),
    (tuning.seeds_apart, {"first": 1000, "tuning": 2, "table": 3}),
    (tuning.choose, {"validation": START, "ruined": np.zeros(2)}),
]  # fmt: skip
DECLARED = [
    domains.Uniform(1.0, 2.0), domains.LogUniform(1.0, 2.0), domains.Whole(1, 3, False),
    relations.Equal(0.1, 0.1), relations.Close(0.1, 0.1), relations.AtMost(0.1, 2.0), relations.AtLeast(0.1, 2.0),
    relations.WithinInterval(0.1, 0.1), sequences.DrawnFrom(0.1),
    observables.Distance(START), observables.CycleDistance(START), observables.Coordinate(1),
    IterateNoise(0.1, 0.1),
]  # fmt: skip


def calls():
    """Return every callable with its right arguments, by the name of the callable."""
    found = {f"{function.__module__}.{function.__name__}": pair for pair in FUNCTIONS for function in pair[:1]}
    parts = [part for title in ("LAWS", "SCHEDULES", "PROFILES") for part in cases.parts_of(title)]
    instances = [cases.objective(name).instance for name in cases.OBJECTIVES]
    instances += [cases.method(name).instance for name in cases.METHODS]
    internal = ("AnyLaw", "AnyProfile", "Breached", "Scripted")  # made by the library, or for its tests
    for one in [*DECLARED, *parts, *instances]:
        names = one._fields if isinstance(one, tuple) else one.__dataclass_fields__
        if names and type(one).__name__ not in internal:
            found[f"{type(one).__module__}.{type(one).__name__}"] = type(one), {n: getattr(one, n) for n in names}
    return found


# what some arguments may be beside what their kind may be, by callable and argument
MAY_BE = {
    ("sweep", "settings"): {"empty"},
    ("escape_times", "epsilon_prime"): {"None"},
    ("escape_times", "neighbourhood"): {"infinity"},
    ("flatness", "neighbourhood"): {"infinity"},
    ("bounce_frame", "eta"): {"None"},
    ("smoothed_value", "w"): {"matrix"},
    ("smoothed_gradient", "w"): {"matrix"},
    ("hessian_product", "vectors"): {"matrix", "with nan"},
    **{(name, "w"): {"with nan"} for name in ("value", "gradient", "hessian", "hessian_trace", "hessian_product")},
    ("sensing_problem", "columns"): {"None"},
    ("sensing_problem", "n_test"): {"None"},
    ("draw_images", "classes"): {"zero", "endless"},
    ("with_label_noise", "labels"): {"zero", "endless"},
    **{(name, "of"): {"None"} for name in ("Moments", "Extremes", "Histogram", "Quantiles")},
    ("TracePenalty", "matrix"): {"None"},
    ("RandomlySmoothed", "gate"): {"infinity"},
    ("SharpnessAwarePerturbation", "gate"): {"infinity"},
    ("AtMost", "tight_within"): {"infinity"},
    ("AtLeast", "tight_within"): {"infinity"},
}
