"""The files that verdicts are written to: ``verdicts.json``, ``.csv`` and ``.md``."""

import csv
import io
import json
from importlib.metadata import version
from pathlib import Path

from flatlab.base.files import write_whole
from flatlab.base.plain_data import json_text
from flatlab.evidence.verdict import worst_evidence
from flatlab.report.markdown import markdown_page
from flatlab.storage.environment import environment

KEYS = ("version", "seed", "budget", "environment", "claims")
COLUMNS = (
    "id",
    "status",
    "kind",
    "origin",
    "source",
    "observed",
    "relation",
    "expected",
    "margin",
    "tightest",
    "vacuous",
    "settings",
    "controls",
    "controls_broken",
    "gradient_evaluations",
    "seconds",
    "error",
)


def document(rows, *, seed, budget):
    """Return what ``verdicts.json`` holds.

    Parameters
    ----------
    rows : sequence of dict
        From :func:`flatlab.evidence.verdict.verdict_row`.
    seed : int
    budget : str

    Returns
    -------
    dict
        With the keys ``KEYS``.
    """
    return {
        "version": version("flatlab"),
        "seed": seed,
        "budget": budget,
        "environment": environment(),
        "claims": list(rows),
    }


def write_report(folder, verdicts):
    """Write ``verdicts.json``, ``verdicts.csv`` and ``verdicts.md``, each whole.

    Parameters
    ----------
    folder : path
    verdicts : dict
        From :func:`document`.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    ValueError
        If the folder cannot be written to.
    """
    texts = {
        "json": json_text(verdicts, indent=1) + "\n",
        "csv": csv_text(verdicts["claims"]),
        "md": markdown_page(verdicts),
    }
    return [write_whole(Path(folder) / f"verdicts.{suffix}", text) for suffix, text in texts.items()]


def read_verdicts(path):
    """Read a ``verdicts.json``.

    Parameters
    ----------
    path : path

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is no such file, or it is not one that ``flatlab verify`` wrote.
    """
    try:
        verdicts = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"verdicts must be a file written by `flatlab verify`, found none at {str(path)!r}") from error
    except ValueError as error:
        raise ValueError(f"verdicts must be a file written by `flatlab verify`, {str(path)!r} is no JSON") from error
    missing = [key for key in KEYS if not isinstance(verdicts, dict) or key not in verdicts]
    if missing:
        raise ValueError(f"verdicts must be a file written by `flatlab verify`, {str(path)!r} has no {missing[0]!r}")
    return verdicts


def csv_text(rows):
    """Return the rows as comma-separated text, one line a claim, with the evidence nearest to failing.

    Parameters
    ----------
    rows : sequence of dict

    Returns
    -------
    str
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        worst = worst_evidence(row) or {}
        broken = sum(control["broke"] for control in row["controls"])
        shown = {name: _cell(worst.get(name)) for name in ("observed", "relation", "expected") if worst}
        own = {name: _cell(row[name]) for name in COLUMNS if name in row}
        writer.writerow({**own, **shown, "controls": len(row["controls"]), "controls_broken": broken})
    return text.getvalue()


def _cell(value):
    return "nan" if value is None else value
