"""The boxes into which four statements were split to prove them."""

from matplotlib.collections import PatchCollection
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from flatlab.lab.plotting import page_figure

RECORD = "subdivisions"
SHOWS = (
    "bartlett2023/time",
    "bartlett2023/usam-threshold",
    "ahn2024/tight-gate",
    "zhang2024/lower-bound-first-branch",
)
TITLE = "Boxes are smallest where the formula is nearest to 0"
CAPTION = (
    "Boxes on each of which interval arithmetic proves a formula positive, in a cut along two parameters; the others "
    "stand at the given share of their ranges. Colour: the formula in the middle of the box. A box is halved until the "
    "interval lies above 0, so boxes are small where the formula is near 0 or changes fast. Titles: claim, formula, "
    "number of boxes of the whole proof."
)
PANELS = (
    (r"time: $-\ln|m_2|/g$ within (2, 5)", r"$h=\eta\lambda_1$", "relative eigengap $g$"),
    (r"usam-threshold: $(1+$factor$)/2$", r"$\eta$ over the threshold", r"$\lambda_i/\lambda_1$"),
    ("tight-gate: drift outside the gate", r"squared gate $m^2$", r"distance from it over $\eta a$"),
    ("lower-bound-first-branch: excess over L1", r"share of the curvature $p$", "size of L1 $q$"),
)
SMALLEST = 0.01  # below it all is of one colour


def draw(record):
    """Draw the record."""
    figure, axes = page_figure(2, 2, height=5.4)
    norm = LogNorm(SMALLEST, float(record.value.max()))
    for number, (panel, (title, x, y)) in enumerate(zip(axes.flat, PANELS)):
        boxes = record.isel(box=record.panel.values == number)
        ends = zip(*(boxes[name].values for name in ("x_low", "x_high", "y_low", "y_high")))
        patches = [Rectangle((left, low), right - left, high - low) for left, right, low, high in ends]
        drawn = PatchCollection(patches, cmap="cividis", norm=norm, edgecolor="black", linewidth=0.25)
        drawn.set_array(boxes.value.values)
        panel.add_collection(drawn)
        panel.grid(visible=False)
        panel.set(xlabel=x, ylabel=y, title=f"{title}; {int(record.boxes[number])} boxes")
        panel.set_xlim(float(boxes.x_low.min()), float(boxes.x_high.max()))
        panel.set_ylim(float(boxes.y_low.min()), float(boxes.y_high.max()))
    figure.colorbar(drawn, ax=axes, label="formula in the middle of the box", shrink=0.7, extend="min")
    return figure
