"""Where training has reached SAM's edge."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_sam_edge"
COMMAND = "map bartlett2023/network-sam-edge --over eta=0.05:0.6 steps=30:3000 --points 10 --evaluations 20"
SHOWS = ("bartlett2023/network-sam-edge",)
TITLE = "A network is at SAM's edge after 600 steps at nearly every step size"
CAPTION = (
    "Training one network: is the sharpness along SAM's steps at SAM's edge, to 0.3 per cent? Over the step size and "
    "the number of steps; the claim is made at 1200 steps, for step sizes of 0.25 to 0.35: the black lines run "
    "through all numbers of steps, but hold there only. Red: the run has not reached the edge."
)
draw = partial(draw_map, labels={"eta": r"$\eta$"})
