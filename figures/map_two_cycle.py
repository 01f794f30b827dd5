"""Where SAM's two-cycle ends: at h = 2, for every radius."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_two_cycle"
COMMAND = "map experiments/beyond/two_cycle.py --over h=1:3 rho=1e-3:1e3 --at scale=0.3 --points 20"
SHOWS = ("bartlett2023/two-cycle",)
TITLE = "SAM ends on its two-cycle for every radius below h = 2, and not beyond"
CAPTION = (
    "SAM's two-cycle over h = eta lambda_1 and the radius, one quadratic of five dimensions. Blue: three late "
    "iterates are a cycle along the sharpest direction, to 5e−11. At h = 2 and above SAM has no two-cycle, and the "
    "iterates after 1000 steps are none."
)
draw = partial(draw_map, labels={"h": r"$h=\eta\lambda_1$", "rho": r"radius $\rho$"})
