"""A checkout in small, for the tests of experiments and figures: one experiment and one figure."""

EXPERIMENT = '''
import time

import xarray as xr

import flatlab
from flatlab.lab.experiment import main
from flatlab.methods import SAM
from flatlab.objectives import Quadratic
from flatlab.storage.sweep import sweep


def run(
    *, eta: float = 0.5, rhos: tuple[float, ...] = (0.1, 0.2), halt: bool = False, seed: int = 1, path=None
) -> xr.Dataset:
    """Measure the bounce of SAM.

    Parameters
    ----------
    eta : float
        Step size, in units of
        the inverse curvature.
    rhos : tuple of float
        Radii of the ascent.
    halt : bool
        Wait for an interrupt at the second radius.
    seed : int
        Seed of the starts.

    Returns
    -------
    xarray.Dataset
        eta : not its help.
    """
    if eta <= 0:
        raise ValueError(f"eta must be a finite number above 0, got {eta}")
    if eta > 100:
        raise flatlab.DivergenceError("it diverged")

    def bounce(setting):
        if setting["rho"] == 0.2 and halt:
            raise KeyboardInterrupt
        return eta * setting["rho"] / (2 - eta)

    amplitude = sweep(path, [{"rho": rho} for rho in rhos], bounce)
    return xr.Dataset(
        {"amplitude": ("rho", amplitude, {"units": "1", "long_name": "amplitude"})},
        coords={"rho": ("rho", list(rhos), {"units": "1", "long_name": "radius"})},
    )


if __name__ == "__main__":
    main(run)
'''

FIGURE = """
from _axes import name_axes

from flatlab.lab import plotting

RECORD = "bounce"
SHOWS = ("tiny/right",)
TITLE = "The amplitude grows with the radius"
CAPTION = "Amplitude against radius."


def draw(record):
    figure, axes = plotting.column_figure()
    axes.plot(record.rho, record.amplitude, **plotting.measured())
    name_axes(axes)
    return figure
"""

HELPER = """
def name_axes(axes):
    axes.set_xlabel("radius")
"""


def make_lab(folder):
    """Write experiments/bounce.py, figures/bounce_line.py and its helper; return the folder."""
    for name, text in {
        "experiments/bounce.py": EXPERIMENT,
        "figures/bounce_line.py": FIGURE,
        "figures/_axes.py": HELPER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
