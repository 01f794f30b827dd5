"""Where the rigorous bound says something."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_pac_bayes"
COMMAND = "map experiments/beyond/pac_bayes.py --over n=30:10000 tau=0.1:4 --at d=2 --points 14 --evaluations 40"
SHOWS = ("zhang2024/pac-bayes-not-vacuous",)
TITLE = "The rigorous bound is within three times the risk unless the labels are nearly free of noise"
CAPTION = (
    "The rigorous bound against three times the smoothed risk over the number of samples and the label noise, a "
    "linear model in two variables. One sample and one training in each setting. Outside the black line nothing is "
    "stated."
)
draw = partial(
    draw_map,
    labels={"n": "samples $n$", "tau": r"label noise $\tau$"},
)
