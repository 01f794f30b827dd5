"""Figure scripts: found by path, loaded, and rendered from stored records.

A figure script is a file ``figures/NAME.py`` that binds ``RECORD``, the name of the experiment
whose record it reads; ``SHOWS``, the ids of the claims it shows, none for one that explores; ``CAPTION``; and
``draw(record)``, which returns a matplotlib figure.
"""

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flatlab.base.checks import nearest
from flatlab.base.files import write_whole

CHECKOUT = Path(__file__).resolve().parents[2]
NEEDED = ("RECORD", "SHOWS", "CAPTION", "draw")


@dataclass(frozen=True)
class Script:
    """A loaded figure script: its ``name``, its ``path`` and its ``module``."""

    name: str
    path: Path
    module: Any

    def __getattr__(self, name):
        """Hand out what the module binds: ``RECORD``, ``SHOWS``, ``CAPTION``, ``draw``."""
        if name in NEEDED:
            return getattr(self.module, name)
        raise AttributeError(name)


def figures_folder():
    """Return the folder of the figure scripts: ``figures`` here, or beside the installed package.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        If there is neither.
    """
    for folder in (Path("figures"), CHECKOUT / "figures"):
        if any(folder.glob("*.py")):
            return folder
    raise ValueError("figures must be drawn from a checkout of flatlab, no folder 'figures' with scripts is here")


def scripts(folder=None):
    """Load every figure script of a folder.

    Parameters
    ----------
    folder : path, optional
        :func:`figures_folder` if not given.

    Returns
    -------
    dict of str to Script
        By name, in alphabetical order.

    Raises
    ------
    ValueError
        If a script does not bind what it needs, or there is no folder.
    """
    folder = figures_folder() if folder is None else Path(folder)
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))
    return {file.stem: _load(file) for file in files}


def select(names, folder=None):
    """Return the scripts that names stand for; all of them for no names.

    Parameters
    ----------
    names : sequence of str
    folder : path, optional

    Returns
    -------
    list of Script

    Raises
    ------
    ValueError
        For an unknown name; the message suggests the nearest.
    """
    known = scripts(folder)
    for name in names:
        if name not in known:
            raise ValueError(f"figure must be one of {', '.join(known)}, got {name!r}.{nearest(name, known)}")
    return [known[name] for name in names or known]


def render(script, *, records=None, output):
    """Draw one figure from its record and write it as PDF, SVG and PNG.

    Parameters
    ----------
    script : Script
    records : path, optional
        Folder of records; ``records`` beside the script and then ``results`` if not given.
    output : path
        Folder for the figure.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    ValueError
        If the record is missing, with the experiment that makes it.
    """
    from flatlab.lab import plotting
    from flatlab.storage.records import load, parameters_of

    record = load(_find_record(script, records))
    with plotting.house_style():
        figure = script.draw(record)
    return plotting.save(
        figure,
        Path(output) / script.name,
        seed=int(record.attrs["seed"]),
        parameters=parameters_of(record),
        claims=script.SHOWS,
        title=script.name.replace("_", " "),
        caption=script.CAPTION,
    )


def keep(script: Script) -> list[Path]:
    """Store the record and the picture of a figure beside its script, and return their paths.

    The record goes to ``records/RECORD.nc``; where there is none, ``experiments/RECORD.py`` makes it with its default
    parameters. The picture goes to ``gallery/NAME.png``.
    """
    folder = script.path.parent
    record = folder / "records" / f"{script.RECORD}.nc"
    if not record.is_file():
        experiment = folder.parent / "experiments" / record.with_suffix(".py").name
        if not experiment.is_file():
            raise ValueError(f"figure {script.name!r} reads the record of an experiment, found none at {experiment}")
        command = [sys.executable, str(experiment), "--no-figure", "--output", str(record.parent)]
        if subprocess.run(command, check=False).returncode:
            raise ValueError(f"figure {script.name!r} has no record: {experiment} did not finish")
    with TemporaryDirectory() as scratch:
        drawn = {path.suffix: path for path in render(script, records=record.parent, output=scratch)}
        picture = write_whole(folder / "gallery" / f"{script.name}.png", drawn[".png"].read_bytes())
    return [record, picture]


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
    name = f"flatlab_figure_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    sys.path.insert(0, str(file.parent.resolve()))  # a script may import a neighbour
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ValueError(f"figure script {str(file)!r} could not be loaded: {type(error).__name__}: {error}") from error
    finally:
        sys.path[:] = before
    missing = [needed for needed in NEEDED if not hasattr(module, needed)]
    if missing:
        raise ValueError(f"figure script {str(file)!r} must bind {', '.join(missing)}")
    return Script(file.stem, file, module)
