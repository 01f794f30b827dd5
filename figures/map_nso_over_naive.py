"""Where NSO keeps the lower loss than naive noise."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_nso_over_naive"
COMMAND = "map experiments/beyond/nso_over_naive.py --over s=0.01:0.4 gradients=1000:16000 --points 8 --evaluations 16"
SHOWS = ("zhang2024/sensing-nso-over-naive",)
TITLE = "NSO beats naive noise at large radii, at smaller ones the more gradients there are"
CAPTION = (
    "Test loss of naive noise over that of NSO in matrix sensing, the smaller of one point and two, over the radius "
    "and the number of gradient evaluations; one problem and one run of each in a setting, so single cells are "
    "uncertain. Red: naive noise has the lower loss. The claim is made for 8000 evaluations and radii of 0.08 to 0.12; "
    "the star is the least margin there."
)
draw = partial(draw_map, labels={"s": r"radius $s$"})
