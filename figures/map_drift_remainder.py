"""The drift's remainder at large steps and wide reach."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_drift_remainder"
COMMAND = "map bartlett2023/drift-remainder --over h=0.05:2.2 reach=0.01:100 --points 24"
SHOWS = ("bartlett2023/drift-remainder",)
TITLE = "The drift's remainder stays below its bound wherever it is stated, and beyond"
CAPTION = (
    "Map of the bound on the remainder of the one-step drift over h = eta lambda_1 and the reach, harmonic family. "
    "White: the bound is nearly attained. Outside the black line, reach 1 and h = 1.9, nothing is stated. "
    "Grey: h is 2 or more and there is no two-cycle."
)
draw = partial(draw_map, labels={"h": r"$h=\eta\lambda_1$"})
