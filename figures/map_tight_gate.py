"""The gate of random smoothing as the plain steps grow."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_tight_gate"
COMMAND = "map ahn2024/tight-gate --over load=3e-4:1 multiple=0.05:1.3 --points 14 --evaluations 40"
SHOWS = ("ahn2024/tight-gate",)
TITLE = "The stated share of steps behind the gate holds for small ηa, in a range of gates that narrows as ηa grows"
CAPTION = (
    "The share of perturbed steps behind a gate of m times the gradient at rest, against the stated share, to 6 per "
    "cent, over eta a and m, 32 runs of 16 000 steps in each setting. Outside the black line nothing is stated: the "
    "formula is of leading order in eta a, and from m = 1 on the gate covers the gradient at rest. Single "
    "blue cells outside: the error changes sign there."
)
draw = partial(draw_map, labels={"load": r"$\eta a$", "multiple": "gate over gradient at rest, $m$"})
