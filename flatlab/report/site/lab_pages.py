"""The gallery, the experiments, the methods and the objectives."""

import importlib
import inspect
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flatlab.base.plain_data import json_text
from flatlab.report.site.entries import Entry, Experiment, Figure
from flatlab.report.site.equations import equation
from flatlab.report.site.frame import Frame
from flatlab.report.site.reference import reference
from flatlab.storage.records import load, parameters_of

ROOMS = {"methods": "flatlab.methods", "objectives": "flatlab.objectives"}


def add_gallery(frame: Frame, figures: Iterable[Figure], entries: Mapping[str, Entry]) -> None:
    """Make the gallery, and copy the pictures."""
    figures = list(figures)
    for figure in figures:
        frame.add(f"figures/{figure.name}.png", figure.picture.read_bytes())
    frame.page("gallery.html", "gallery.html", figures=figures, entries=entries)


def add_experiments(
    frame: Frame, experiments: Iterable[Experiment], figures: Iterable[Figure], entries: Mapping[str, Entry]
) -> None:
    """Make the list of experiments, and a page for each with its options and its stored record."""
    experiments, figures = list(experiments), list(figures)
    records = {experiment.name: _record(experiment.record) for experiment in experiments}
    frame.page("experiments.html", "experiments.html", experiments=experiments, records=records)
    for experiment in experiments:
        frame.page(
            f"experiments/{experiment.name}.html",
            "experiment.html",
            section="experiments.html",
            experiment=experiment,
            record=records[experiment.name],
            figures=[figure for figure in figures if figure.record == experiment.name],
            entries=entries,
            source=experiment.path.read_text(encoding="utf-8"),
        )


def add_classes(frame: Frame) -> None:
    """Make the pages of methods and of objectives: how each is called, its equation and its fields."""
    for name, package in ROOMS.items():
        module = importlib.import_module(package)
        found = [thing for key in module.__all__ if hasattr(thing := getattr(module, key), "_fields")]
        classes = [_class(thing) for thing in sorted(found, key=lambda thing: thing.__name__.lower())]
        frame.page(f"{name}.html", "classes.html", title=name.capitalize(), classes=classes, package=package)


def add_reference(frame: Frame) -> None:
    """Make the reference of the public functions and classes, a page for each folder of the library."""
    rooms = reference()
    frame.page("reference.html", "reference.html", rooms=rooms)
    for room, modules in rooms.items():
        frame.page(
            f"reference/{room}.html", "reference_room.html", section="reference.html", room=room, modules=modules
        )


def _class(cls):
    defaults = cls._field_defaults
    words = ", ".join(f"{name}={defaults[name]!r}" if name in defaults else name for name in cls._fields)
    text = inspect.getdoc(cls) or ""
    return {
        "name": cls.__name__,
        "signature": f"{cls.__name__}({words})",
        "text": text,
        "equation": equation(text),
        "module": cls.__module__,
        "room": cls.__module__.split(".")[1],
    }


def _record(path: Path) -> dict[str, Any] | None:
    """Return what a stored record says of itself; None where there is none."""
    if not path.is_file():
        return None
    dataset = load(path)
    environment = json.loads(dataset.attrs["environment"])
    variables = [
        (name, ", ".join(f"{dim} {size}" for dim, size in variable.sizes.items()), variable.attrs)
        for name, variable in dataset.variables.items()
    ]
    return {
        "seconds": float(dataset.attrs["seconds"]),
        "seed": dataset.attrs.get("seed"),
        "parameters": {name: json_text(value) for name, value in parameters_of(dataset).items()},
        "environment": {name: value for name, value in environment.items() if value is not None},
        "variables": variables,
    }
