"""Where the rigorous bound says something."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_pac_bayes"
COMMAND = "map experiments/beyond/pac_bayes.py --over n=30:10000 tau=0.1:4 --at d=2 --points 14 --evaluations 40"
SHOWS = ()
TITLE = (
    "The rigorous bound is within three times the risk at label noise of 0.7 and more, at 0.4 only with many samples"
)
CAPTION = (
    "Is the rigorous bound at most three times the smoothed risk? Over the number of samples and the label noise, a "
    "linear model in two variables. Red: it is more. One sample and one training in each setting, so single cells are "
    "uncertain. Outside the black line nothing is stated. The factor three is this map's own, the claims state other "
    "relations."
)
draw = partial(
    draw_map,
    labels={"n": "samples $n$", "tau": r"label noise $\tau$"},
)
