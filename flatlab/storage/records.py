"""Results on disk: labelled netCDF files that carry the parameters they were computed with."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import xarray as xr

from flatlab.base import checks
from flatlab.base.files import whole_file
from flatlab.base.plain_data import json_text
from flatlab.storage.environment import environment

ENGINE = "h5netcdf"
LABELS = ("units", "long_name")


def labelled(dims: str | tuple[str, ...], values: Any, long_name: str, units: str = "1") -> tuple[Any, Any, dict]:
    """Return a variable of a dataset with the labels that :func:`save` asks for; ``dims`` as for xarray."""
    return dims, values, {"units": units, "long_name": long_name}


def save(dataset, path, *, parameters, seed, seconds):
    """Write a record, whole, and remove the partial results of the sweep that led to it.

    Every number must be labelled: each variable and coordinate has the attributes ``units``
    (``"1"`` if it has none) and ``long_name``. The file carries no date.

    Parameters
    ----------
    dataset : xarray.Dataset
    path : path
        Ends in ``.nc``.
    parameters : dict
        Name to value, of everything that was chosen.
    seed : int
    seconds : float
        Wall time of the computation.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError
        For a variable without labels, or a path that cannot be written.
    """
    if not isinstance(dataset, xr.Dataset):
        raise ValueError(f"dataset must be an xarray.Dataset, got {type(dataset).__name__}")
    path = _netcdf_path(path)
    for name, variable in dataset.variables.items():
        for label in LABELS:
            if not str(variable.attrs.get(label, "")).strip():
                raise ValueError(f"dataset must give the attribute {label!r} for each variable, {name!r} has none")
    attributes = {
        "flatlab": environment()["flatlab"],
        "parameters": json_text(parameters),
        "seed": checks.integer("seed", seed),
        "environment": json_text(environment()),
        "seconds": round(checks.nonnegative("seconds", seconds), 3),
    }
    with whole_file(path) as temporary:
        dataset.assign_attrs(attributes).to_netcdf(temporary, engine=ENGINE)
    shutil.rmtree(partial_folder(path), ignore_errors=True)
    return path


def load(path):
    """Read a record into memory.

    Parameters
    ----------
    path : path

    Returns
    -------
    xarray.Dataset
        Its attributes hold ``parameters`` and ``environment`` as JSON text, ``seed`` and ``seconds``.

    Raises
    ------
    ValueError
        If there is no such file, or it is not a record of flatlab.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"path must be an existing record, found none at {str(path)!r}")
    try:
        record = xr.load_dataset(path, engine=ENGINE)
    except (OSError, ValueError) as error:
        raise ValueError(f"path must be a record that flatlab wrote, {str(path)!r} is no netCDF file") from error
    if "flatlab" not in record.attrs or "parameters" not in record.attrs:
        raise ValueError(f"path must be a record that flatlab wrote, {str(path)!r} carries no parameters")
    return record


def parameters_of(record):
    """Return the parameters that a record was computed with, without its seed.

    Parameters
    ----------
    record : xarray.Dataset
        From :func:`load`.

    Returns
    -------
    dict
    """
    return json.loads(record.attrs["parameters"])


def partial_folder(path):
    """Return the folder that the results of an unfinished sweep for a record are kept in.

    Parameters
    ----------
    path : path
        Of the record.

    Returns
    -------
    pathlib.Path
    """
    return Path(path).with_suffix(".partial")


def digest(*parts):
    """Return a short name for plain data: the same for the same data, in every process.

    Parameters
    ----------
    *parts : object
        Passed through :func:`flatlab.base.plain_data.plain`.

    Returns
    -------
    str
        24 hexadecimal digits.
    """
    return hashlib.sha256(json_text(parts).encode()).hexdigest()[:24]


def _netcdf_path(path):
    path = Path(path)
    if path.suffix != ".nc":
        raise ValueError(f"path must end in .nc, got {str(path)!r}")
    return path
