"""Where too large a radius climbs."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_sign_flip"
COMMAND = "map ahn2024/sign-flip --over ratio=0.5:2 wavenumber=2:10 --points 12 --evaluations 40"
SHOWS = ("ahn2024/sign-flip",)
TITLE = "Random smoothing climbs between the first two zeros of the drift, and descends before and past them"
CAPTION = (
    "Mean curvature where eight runs of random smoothing end against the stated least one, over the wavenumber and "
    "the radius in units of the first zero of J_1. Blue: the runs end where the curvature is as large as stated. Red "
    "below 1: they descend, as they should outside the stated range. Past the second zero, at 1.83, they descend "
    "again."
)
draw = partial(
    draw_map,
    labels={"ratio": r"$k\rho$ over 3.8317", "wavenumber": "wavenumber $k$"},
)
