"""A function with typed keyword parameters, as an experiment: a command line, a record, figures.

An experiment is a script ``experiments/NAME.py`` that declares
``def run(*, eta: float = 0.1, seed: int = 1) -> xarray.Dataset`` and ends with
``if __name__ == "__main__": main(run)``.
"""

import inspect
import re
import time
import typing
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from flatlab.base import checks
from flatlab.base.engines import EngineError, on_cluster, use
from flatlab.lab.exits import FAILED, UNAVAILABLE, exit_with, orderly_exit
from flatlab.lab.options import check_options, words_of
from flatlab.lab.wrong_calls import Command

PLAIN = (int, float, str, bool)
INTERRUPTED = "interrupted; nothing is half written, and a sweep goes on from what it has finished"
OWN = ("output", "figure", "cluster")
Output = Annotated[Path, typer.Option(help="Folder for the record and the figures.")]
Cluster = Annotated[
    str | None, typer.Option(help="A dask scheduler as tcp://HOST:8786, or local:4 for one of four processes.")
]
WithFigure = Annotated[bool, typer.Option("--figure/--no-figure", help="Draw the figures that read the record.")]


def main(run: Callable, arguments: Sequence[str] | None = None) -> None:
    """Run an experiment from the command line, save its record and draw the figures that read it.

    Every parameter of ``run`` becomes an option, with its default, and with its help taken from the section Parameters
    of its docstring. Its annotation may tell the range (:class:`flatlab.lab.options.Range`); a number without one is
    above 0. Beside them stand ``--output``, ``--no-figure``, and ``--cluster``, which runs sweeps, ensembles and tuning
    on a dask cluster. A parameter annotated ``tuple[float, ...]`` is given as ``0.1,0.2``. A parameter called ``path``
    is no option: it is given the path of the record, for :func:`flatlab.storage.sweep.sweep`.

    The process ends with 0, with 1 where the run diverges, else as :mod:`flatlab.lab.exits` says; nothing half written
    is left.

    Parameters
    ----------
    run : callable
        ``run(*, seed=1, ...)`` returns an ``xarray.Dataset``, labelled as :func:`flatlab.storage.records.save` asks
        for. Without ``seed`` where nothing is random.
    arguments : sequence of str, optional
        Instead of those of the process.
    """
    parameters = _parameters(run)
    name = _source(run).stem

    def command(output, figure, cluster, **values):
        with orderly_exit(INTERRUPTED), on_cluster(cluster) as engine, use(engine):
            _run(run, name, parameters, values, Path(output), figure)

    options = [_option(*parameter) for key, parameter in parameters.items() if key != "path"]
    options += [_keyword("output", Output, Path("results")), _keyword("figure", WithFigure, True)]
    options += [_keyword("cluster", Cluster, None)]
    command.__signature__ = inspect.Signature(options)
    command.__annotations__ = {option.name: option.annotation for option in options}
    command.__doc__ = _summary(run)
    app = typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command(cls=Command)(command)
    app(arguments, prog_name=f"{name}.py")


def _run(run, name, parameters, values, output, figure):
    from flatlab.base.files import writable_folder
    from flatlab.base.progress import clock
    from flatlab.simulation.trajectories import DivergenceError
    from flatlab.storage.records import save

    path = output / f"{name}.nc"
    try:
        chosen = {key: _parse(parameters[key][0], value) for key, value in values.items()}
        seed = checks.seed("seed", chosen["seed"]) if "seed" in chosen else None
        check_options({key: full for key, (_, _, full) in parameters.items()}, chosen)
        writable_folder(output)
        begun = time.perf_counter()
        with clock(name, _stored_seconds(run, name)):
            dataset = run(**chosen, **({"path": path} if "path" in parameters else {}))
        seconds = time.perf_counter() - begun
        chosen.pop("seed", None)
        typer.echo(save(dataset, path, parameters=chosen, seed=seed, seconds=seconds))
        if figure:
            _draw(run, name, output)
    except DivergenceError as error:
        exit_with(str(error), FAILED)
    except EngineError as error:
        exit_with(f"{error}; a sweep goes on from what it has finished when the same call is made again", UNAVAILABLE)


def _draw(run, name, output):
    from flatlab.lab import figures as gallery

    folder = _source(run).resolve().parents[1] / "figures"
    for script in gallery.scripts_of(name, folder):
        for written in gallery.render(script, records=output, output=output):
            typer.echo(written)


def _stored_seconds(run, name):
    """Return how long the stored record of an experiment took; None where there is none."""
    from flatlab.storage.records import seconds_of

    return seconds_of(_source(run).resolve().parents[1] / "figures" / "records" / f"{name}.nc")


def _source(run):
    return Path(inspect.getsourcefile(run) or "")


def _parameters(run):
    """Return each parameter of ``run`` with its plain type, its help, and its annotation in full."""
    helps = _helps(run)
    hints, full = typing.get_type_hints(run), typing.get_type_hints(run, include_extras=True)
    found = {}
    for name, parameter in inspect.signature(run).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY or parameter.default is parameter.empty:
            raise ValueError(f"run must take keyword parameters with defaults only, {name!r} is not one")
        kind = hints.get(name)
        if name in OWN:
            raise ValueError(f"run must leave the names {', '.join(OWN)} to the command line, it takes {name!r}")
        if name != "path" and kind not in PLAIN and _entry_type(kind) is None:
            raise ValueError(f"run must annotate {name!r} as int, float, str, bool or a tuple like tuple[float, ...]")
        found[name] = (parameter.replace(annotation=kind), helps.get(name, ""), full.get(name))
    return found


def _option(parameter, help_text, full):
    words = words_of(full)
    help_text += f" One of {', '.join(words)}." * bool(words)
    kind, default = parameter.annotation, parameter.default
    if _entry_type(kind) is not None:
        kind, default = str, ",".join(map(str, default))
    return _keyword(parameter.name, Annotated[kind, typer.Option(help=help_text)], default)


def _keyword(name, annotation, default):
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _entry_type(kind):
    """Return the type of the entries of ``tuple[T, ...]``, or None for anything else."""
    entries = typing.get_args(kind) if typing.get_origin(kind) is tuple else ()
    return entries[0] if len(entries) == 2 and entries[1] is Ellipsis and entries[0] in (int, float, str) else None


def _parse(parameter, value):
    entry = _entry_type(parameter.annotation)
    if entry is None:
        return value
    try:
        return tuple(entry(word.strip()) for word in value.split(",") if word.strip())
    except ValueError:
        raise ValueError(
            f"{parameter.name} must be {entry.__name__} values separated by commas, got {value!r}"
        ) from None


def _summary(run):
    return (inspect.getdoc(run) or "").split("\n\nParameters\n", 1)[0]


def _helps(run):
    """Return the first paragraph of each entry of the section Parameters of a numpy docstring."""
    _, _, section = (inspect.getdoc(run) or "").partition("\nParameters\n----------\n")
    section = re.split(r"\n\n?\w+\n-{3,}\n", section)[0]
    helps = {}
    for entry in re.split(r"\n(?=\S)", section.strip("\n")):
        head, _, body = entry.partition("\n")
        for name in head.partition(":")[0].split(","):
            helps[name.strip()] = " ".join(body.split("\n\n")[0].split())
    return helps
