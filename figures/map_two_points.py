"""Where two points of an own noise beat the pair."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_two_points"
COMMAND = "map experiments/beyond/two_points.py --over ratio=0.01:2 oracle=0.01:10 --points 14 --evaluations 40"
SHOWS = ("zhang2024/noisy-oracle-favours-two-points",)
TITLE = "Two points beat the pair where the oracle's noise is large against the perturbation"
CAPTION = (
    "Variance of the pair W+U, W-U over that of two independent points on a quartic, over the noise in units of the "
    "point and the oracle's noise in units of the gradient. Blue: two points have the smaller variance. Black: where "
    "the formulas change sides, within the range that is searched. Star: the least margin that a search found, no "
    "cell of the map. Crosses: the interval of 40 batches contains 1."
)
draw = partial(
    draw_map,
    labels={"ratio": "noise over the point", "oracle": "oracle noise over the gradient"},
)
