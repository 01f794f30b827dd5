"""Figure scripts: found by path, loaded, and rendered from stored records.

A figure script is a file ``figures/NAME.py`` that binds ``RECORD``, the name of the experiment
whose record it reads; ``SHOWS``, the ids of the claims it shows, none for one that explores; ``TITLE``, what is seen;
``CAPTION``; and ``draw(record)``, which returns a matplotlib figure. The title, and below the panels the parameters and
what the claims state, are added here. One whose record no experiment makes binds ``COMMAND`` too, what
follows ``flatlab`` on the command line that does.
"""

import ast
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from flatlab.base.checks import nearest
from flatlab.base.files import text_of, write_whole
from flatlab.evidence.discovery import ENTRY_POINTS

HERE = Path("figures")
CHECKOUT = Path(__file__).resolve().parents[2]
DECLARED = ("RECORD", "SHOWS", "TITLE", "CAPTION", "COMMAND")
NEEDED = ("RECORD", "SHOWS", "TITLE", "CAPTION", "draw")


@dataclass(frozen=True)
class Script:
    """A loaded figure script: its ``name``, its ``path`` and its ``module``."""

    name: str
    path: Path
    module: Any

    def __getattr__(self, name):
        """Hand out what the module binds: ``RECORD``, ``SHOWS``, ``TITLE``, ``CAPTION``, ``draw``."""
        if name in NEEDED:
            return getattr(self.module, name)
        raise AttributeError(name)


def figures_folder() -> Path:
    """Return the folder of the figure scripts: ``figures`` here, or beside the installed package."""
    for folder in (HERE, CHECKOUT / "figures"):
        if any(folder.glob("*.py")):
            return folder
    raise ValueError("figures must be drawn from a checkout of flatlab, no folder 'figures' with scripts is here")


def everywhere() -> dict[str, Path]:
    """Return the figure scripts by name: those here, of flatlab, and beside the packages of plug-ins; the first counts.

    None of them is run, nor is a plug-in imported.
    """
    tops = dict.fromkeys(point.value.partition(".")[0] for point in entry_points(group=ENTRY_POINTS))
    specs = [find_spec(top) for top in tops]
    beside = [Path(place).parent / "figures" for one in specs if one for place in one.submodule_search_locations or ()]
    found = {}
    for folder in (HERE, CHECKOUT / "figures", *beside):
        for file in _files(folder):
            found.setdefault(file.stem, file)
    return found


def declarations(folder: Path | str | None = None) -> dict[str, dict[str, Any]]:
    """Return what every figure script binds to the names ``DECLARED``, by its name; no script is run."""
    return declared(_files(figures_folder() if folder is None else Path(folder)))


def declared(files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return what figure scripts bind to the names ``DECLARED``, by their name; none is run."""
    found = {}
    for file in files:
        try:
            bound = {
                ast.unparse(node.targets[0]): ast.literal_eval(node.value)
                for node in tree_of(file).body
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in DECLARED
            }
        except ValueError as error:
            raise ValueError(f"figure script {str(file)!r} must bind plain values: {error}") from error
        _refuse_without(file, {**bound, "draw": None})
        found[file.stem] = bound
    return found


def tree_of(file: Path) -> ast.Module:
    """Return a script as Python reads it, which is not run, or refuse it in one sentence."""
    try:
        return ast.parse(text_of(file, "script"))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise ValueError(f"script must be Python, {str(file)!r} is not: {' '.join(str(error).split())}") from error


def _files(folder):
    # an editor's lock file is a link to nowhere, and hidden
    return sorted(file for file in folder.glob("*.py") if not file.name.startswith(("_", ".")))


def scripts(folder: Path | str | None = None) -> dict[str, Script]:
    """Load every figure script of a folder (:func:`figures_folder` if not given), by name."""
    folder = figures_folder() if folder is None else Path(folder)
    return {file.stem: _load(file) for file in _files(folder)}


def scripts_of(record: str, folder: Path | str) -> list[Script]:
    """Load the figure scripts of a folder that read a record, and no other."""
    found = declarations(folder)
    return [_load(file) for file in _files(Path(folder)) if found[file.stem]["RECORD"] == record]


def select(names: Sequence[str]) -> list[Script]:
    """Load the scripts that names stand for, wherever they are, and no other; all of one folder for no names."""
    known = everywhere()
    if not names:
        return list(scripts().values())
    for name in names:
        if name not in known:
            raise ValueError(f"figure must be one of {', '.join(known)}, got {name!r}.{nearest(name, known)}")
    return [_load(known[name]) for name in names]


def render(script: Script, *, records: Path | str | None = None, output: Path | str) -> list[Path]:
    """Draw one figure from its record into the folder ``output``, as PDF, SVG and PNG, and return the paths.

    The record is in the folder ``records``; in ``records`` beside the script, else in ``results``, if that is not
    given.
    """
    from flatlab.lab import plotting
    from flatlab.storage.records import load, parameters_of

    path = _find_record(script, records)
    record = load(path)
    try:
        figure = finished(script, record)
    except (AttributeError, KeyError) as error:
        words = f"figure {script.name!r} does not find in {str(path)!r} what it draws"
        raise ValueError(f"{words}: {type(error).__name__}: {error}") from error
    return plotting.save(
        figure,
        Path(output) / script.name,
        seed=_seed(record),
        parameters=parameters_of(record),
        claims=script.SHOWS,
        title=script.TITLE,
        caption=script.CAPTION,
    )


def finished(script: Script, record: Any) -> Any:
    """Return the matplotlib figure of a script and a loaded record, with its title and its small print."""
    from flatlab.lab import plotting
    from flatlab.lab.small_print import claims_line, parameters_line
    from flatlab.storage.records import parameters_of

    with plotting.house_style():
        figure = script.draw(record)
        small = parameters_line(parameters_of(record), _seed(record)), claims_line(script.SHOWS)
        plotting.headline(figure, script.TITLE, *small)
    return figure


def keep(script: Script) -> list[Path]:
    """Store the record and the picture of a figure beside its script, and return their paths.

    The record goes to ``records/RECORD.nc``; where there is none, ``experiments/RECORD.py`` makes it with its default
    parameters, or the script's ``COMMAND`` does. The picture goes to ``gallery/NAME.png``.
    """
    folder = script.path.parent
    record = folder / "records" / f"{script.RECORD}.nc"
    if not record.is_file():
        words = _maker(script, record)
        command = [sys.executable, *words, "--no-figure", "--output", str(record.parent.resolve())]
        if subprocess.run(command, cwd=folder.parent, check=False).returncode:
            raise ValueError(f"figure {script.name!r} has no record: {' '.join(words)} did not finish")
    with TemporaryDirectory() as scratch:
        drawn = {path.suffix: path for path in render(script, records=record.parent, output=scratch)}
        picture = write_whole(folder / "gallery" / f"{script.name}.png", drawn[".png"].read_bytes())
    return [record, picture]


def _seed(record):
    return int(record.attrs["seed"]) if "seed" in record.attrs else None


def _maker(script, record):
    """Return the words after ``python`` that make the record of a figure."""
    words = getattr(script.module, "COMMAND", None)
    if words is not None:
        return ["-m", "flatlab", *words.split(), "--record", script.RECORD]
    experiment = script.path.parent.parent / "experiments" / record.with_suffix(".py").name
    if not experiment.is_file():
        raise ValueError(f"figure {script.name!r} reads the record of an experiment, found none at {experiment}")
    return [str(experiment.resolve())]


def _find_record(script, records):
    folders = [script.path.parent / "records", Path("results")] if records is None else [Path(records)]
    for folder in folders:
        if (folder / f"{script.RECORD}.nc").is_file():
            return folder / f"{script.RECORD}.nc"
    where = " or ".join(repr(str(folder)) for folder in folders)
    raise ValueError(
        f"figure {script.name!r} needs the record {script.RECORD}.nc in {where}; "
        f"`python experiments/{script.RECORD}.py` makes it"
    )


def _load(file):
    text_of(file, "figure script")
    loader = SourceFileLoader(f"flatlab_figure_{file.stem}", str(file))
    module = ModuleType(loader.name)
    module.__file__ = str(file)
    before = list(sys.path)
    sys.path.insert(0, str(file.parent.resolve()))  # a script may import a neighbour
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ValueError(f"figure script {str(file)!r} could not be loaded: {type(error).__name__}: {error}") from error
    finally:
        sys.path[:] = before
    _refuse_without(file, vars(module))
    return Script(file.stem, file, module)


def _refuse_without(file, bound):
    missing = [needed for needed in NEEDED if needed not in bound]
    if missing:
        raise ValueError(f"figure script {str(file)!r} must bind {', '.join(missing)}")
