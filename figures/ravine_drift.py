"""SAM drifts to the wide end of a ravine, along the flow; gradient descent and USAM stall."""

from flatlab.lab.plotting import AXIS, PALETTE, SMALL, STATED, label_panels, measured, page_figure

RECORD = "ravine_drift"
SHOWS = ("bartlett2023/drift-flow-in-a-ravine", "bartlett2023/widest-place", "bartlett2023/stall")
TITLE = "SAM goes to the wide place along the drift flow; gradient descent and USAM stall"
CAPTION = (
    "(a) Iterates in the plane (points), all from one point of the bounce; the band is SAM's bounce, which widens "
    "with the curvature along the bottom (broken grey line, right scale). The wide place is that of least curvature. "
    "(b) Position along the bottom against the drift flow."
)


def draw(record):
    """Draw the record."""
    figure, (plane, course) = page_figure(1, 2, height=2.6)
    for k, name in enumerate(record.method.values):
        x, y = record.path.values[k].T
        style = {**measured(k), "markersize": 3, "label": str(name)}
        plane.plot(y, x, **style)
        course.plot(record.time, y, **style)
    plane.axhline(0, **AXIS)
    reach = 1.5 * abs(record.path.values[..., 0]).max()
    plane.set(xlabel="along the bottom, $y$", ylabel="across, $x$", ylim=(-reach, reach))
    plane.set_xlim(float(record.along.min()), float(record.along.max()))
    twin = plane.twinx()
    twin.plot(
        record.along,
        record.curvature,
        color=PALETTE["grey"],
        linewidth=0.9,
        linestyle="-.",
        label="curvature (right scale)",
    )
    twin.set_ylabel("curvature $a(y)$", color=PALETTE["grey"])
    twin.set_ylim(0, 1.4 * float(record.curvature.max()))
    twin.grid(False)
    course.plot(record.time, record.flow, **{**STATED, "zorder": 5, "label": "drift flow"})
    course.set(xlabel=r"time, $\eta\rho^2\times$ steps", ylabel="along the bottom, $y$")
    handles = [*plane.get_legend_handles_labels()[0], *twin.get_legend_handles_labels()[0]]
    handles += course.get_legend_handles_labels()[0][-1:]
    figure.legend(handles=handles, loc="outside lower center", ncols=5, fontsize=SMALL)
    label_panels((plane, course))
    return figure
