"""Names, colours and markers of the methods in the figures of matrix sensing."""

from flatlab.lab.plotting import COLOURS, MARKERS, PALETTE

LABELS = {
    "gd": "gradient descent",
    "naive": "naive noise",
    "naive-2": "naive noise, 2 points",
    "nso": "NSO, $k=1$",
    "nso-2": "NSO, $k=2$",
    "nso-4": "NSO, $k=4$",
    "decay": "weight decay",
    "penalty": "trace penalty",
    "small-start": "small start",
}
SHADES = dict(
    zip(
        LABELS,
        (PALETTE["grey"], COLOURS[1], COLOURS[4], COLOURS[0], COLOURS[5], "#9BB8D3", COLOURS[2], "#7A5C00", COLOURS[3]),
    )
)


def marks(name):
    """Return the options of ``axes.plot`` by which a method is told apart without its colour."""
    k = list(LABELS).index(name)
    return {"marker": (*MARKERS, "X", "<", "*")[k], "markersize": 3, "markevery": (k, 9)}
