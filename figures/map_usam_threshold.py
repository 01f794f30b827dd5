"""USAM nears the minimum below its threshold and nowhere above it."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_usam_threshold"
COMMAND = "map experiments/beyond/usam_threshold.py --over h=0.05:2.5 rho=0.01:30 --points 40"
SHOWS = ("bartlett2023/usam-threshold",)
TITLE = "USAM turns from decay to growth where stated"
CAPTION = (
    "USAM over its step size and its radius, both in units of the largest eigenvalue: blue where |w| falls along the "
    "sharpest direction in 100 steps, red where it grows. Black: the stated threshold h (1 + rho lambda_1) = 2."
)
draw = partial(draw_map, labels={"h": r"$h=\eta\lambda_1$", "rho": r"$\rho\lambda_1$"})
