"""Where both errors of Theorem L shrink: within its tube and beyond."""

from functools import partial

from flatlab.lab.margin_maps import draw_map

RECORD = "map_wider_tube"
COMMAND = "map bartlett2023/sharper-tube --over radial=-1.3:3.5 tangent=1e-3:100 --points 24"
SHOWS = ("bartlett2023/sharper-tube",)
TITLE = "Both errors shrink throughout the stated tube and above it; the bound is attained as the tangent goes to 0"
CAPTION = (
    "The shrinking of both errors in one step of SAM, at h = 1.9, over the two errors of the start. Inside the black "
    "line the start lies in a tube of the sharper Theorem L and in the range that is searched. The margin goes to 0 "
    "with the tangent, where the bound is attained, and above the line the errors still shrink."
)
draw = partial(draw_map, labels={"radial": "radial error", "tangent": r"tangent $|v|/|u_1|$"})
