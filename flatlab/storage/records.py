"""Results on disk: labelled netCDF files that carry the parameters they were computed with."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from flatlab.base import checks
from flatlab.base.documents import say_unused, with_seal, without_seal
from flatlab.base.files import content_of, whole_file
from flatlab.base.plain_data import json_text
from flatlab.storage.environment import environment

ENGINE = "h5netcdf"
LABELS = ("units", "long_name")


def labelled(dims: str | tuple[str, ...], values: Any, long_name: str, units: str = "1") -> tuple[Any, Any, dict]:
    """Return a variable of a dataset with the labels that :func:`save` asks for; ``dims`` as for xarray."""
    return dims, values, {"units": units, "long_name": long_name}


def save(dataset: xr.Dataset, path: Path | str, *, parameters: dict, seed: int | None, seconds: float) -> Path:
    """Write a record, whole, and remove the partial results of the sweep that led to it.

    Every number must be labelled: each variable and coordinate has the attributes ``units`` (``"1"`` if it has none)
    and ``long_name``, as :func:`labelled` gives them. The file carries no date, and ends with a checksum, which other
    readers of netCDF pass over.

    Parameters
    ----------
    dataset : xarray.Dataset
    path : path
        Ends in ``.nc``.
    parameters : dict
        Name to value, of everything that was chosen.
    seed : int or None
        None where nothing is random; the record then has none.
    seconds : float
        Wall time of the computation.
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
        **({} if seed is None else {"seed": checks.integer("seed", seed)}),
        "environment": json_text(environment()),
        "seconds": round(checks.nonnegative("seconds", seconds), 3),
    }
    with whole_file(path) as temporary:
        dataset.assign_attrs(attributes).to_netcdf(temporary, engine=ENGINE)
        temporary.write_bytes(with_seal(temporary.read_bytes()))
    shutil.rmtree(partial_folder(path), ignore_errors=True)
    return path


def load(path: Path | str) -> xr.Dataset:
    """Read a record into memory.

    Its attributes hold ``parameters`` and ``environment`` as JSON text, ``seconds``, and ``seed`` where it has one.

    >>> record = load_record("figures/records/plane_trajectory.nc")
    >>> record.sam.shape
    (61, 2)
    """
    path = checks.path("path", path)
    content = content_of(path, "path")
    if content is None:
        raise ValueError(f"path must be an existing record, found none at {str(path)!r}")
    without_seal(content, f"path must be a record as flatlab wrote it, {str(path)!r}", needed=False)
    try:
        record = xr.load_dataset(path, engine=ENGINE)
    except Exception as error:  # the library raises whatever a foreign file leads it to
        raise ValueError(f"path must be a record that flatlab wrote, {str(path)!r} is no netCDF file") from error
    if "flatlab" not in record.attrs or "parameters" not in record.attrs:
        raise ValueError(f"path must be a record that flatlab wrote, {str(path)!r} carries no parameters")
    return record


def seconds_of(path: Path) -> float | None:
    """Return how long a stored record took, without reading the rest of it; None where there is none, or no record."""
    import h5py

    if not os.path.lexists(path):
        return None
    try:
        content_of(path, "record")
        with h5py.File(path) as file:
            return float(np.asarray(file.attrs["seconds"]).item())
    except Exception as error:  # the library raises whatever a damaged file leads it to
        say_unused(f"record {str(path)!r} does not tell how long it took ({type(error).__name__})")
        return None


def parameters_of(record: xr.Dataset) -> dict:
    """Return the parameters that a loaded record was computed with, without its seed."""
    return json.loads(record.attrs["parameters"])


def partial_folder(path: Path | str) -> Path:
    """Return the folder that the results of an unfinished sweep for the record at ``path`` are kept in."""
    return Path(path).with_suffix(".partial")


def digest(*parts: object) -> str:
    """Return 24 hexadecimal digits that are the same for the same plain data in every process."""
    return hashlib.sha256(json_text(parts).encode()).hexdigest()[:24]


def _netcdf_path(path):
    path = checks.path("path", path)
    if path.suffix != ".nc":
        raise ValueError(f"path must end in .nc, got {str(path)!r}")
    return path
