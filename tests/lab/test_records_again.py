"""The cheaper half of the records that take less than a minute come back when their experiments run again."""

import runpy

import numpy as np
import pytest

from flatlab.lab.figures import CHECKOUT
from flatlab.storage import records

FOLDER = CHECKOUT / "figures" / "records"
MINUTE = 60.0
DIGITS = 1e-9  # of the largest entry of a variable; another processor or library rounds otherwise
FITTED = {("estimator_bias", "slope"): 1e-6}  # of differences near rounding


def cheaper_half():
    made = {path.stem: records.seconds_of(path) for path in sorted(FOLDER.glob("*.nc"))}
    made = {name: seconds for name, seconds in made.items() if (CHECKOUT / "experiments" / f"{name}.py").is_file()}
    cheap = sorted((seconds, name) for name, seconds in made.items() if seconds < MINUTE)
    return [name for _, name in cheap[: (len(cheap) + 1) // 2]]


@pytest.mark.parametrize("name", cheaper_half())
def test_a_record_comes_back(name):
    stored = records.load(FOLDER / f"{name}.nc")
    run = runpy.run_path(str(CHECKOUT / "experiments" / f"{name}.py"))["run"]
    given = {
        key: tuple(value) if isinstance(value, list) else value for key, value in records.parameters_of(stored).items()
    }
    again = run(**given, **({"seed": int(stored.attrs["seed"])} if "seed" in stored.attrs else {}))
    assert set(again.variables) == set(stored.variables)
    for key, variable in stored.variables.items():
        old, new = variable.values, again[key].values
        assert old.shape == new.shape, key
        if old.dtype.kind not in "fiu":
            assert (old == new).all(), key
            continue
        scale = np.abs(old[np.isfinite(old)]).max(initial=0.0)
        close = np.isclose(old, new, rtol=0.0, atol=FITTED.get((name, key), DIGITS) * scale, equal_nan=True)
        assert close.all(), f"{key}: {(~close).sum()} of {close.size} differ"


def test_what_takes_more_than_a_minute_goes_on_after_an_interrupt():
    scripts = {path.stem: CHECKOUT / "experiments" / f"{path.stem}.py" for path in FOLDER.glob("*.nc")}
    long = [
        name
        for name, script in scripts.items()
        if script.is_file() and records.seconds_of(FOLDER / f"{name}.nc") > MINUTE
    ]
    assert len(long) > 5
    assert [name for name in long if "sweep(path, " not in scripts[name].read_text(encoding="utf-8")] == []
