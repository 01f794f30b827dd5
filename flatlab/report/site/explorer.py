"""The explorer: sliders for SAM in the plane, computed by the browser from the same map as the library's."""

from collections.abc import Iterable

from flatlab.report.site.entries import Figure
from flatlab.report.site.frame import Frame

SLIDERS = (
    # name, symbol, meaning, least, most, step, default
    ("eta", "η", "step size", 0.05, 2.0, 0.01, 0.9),
    ("rho", "ρ", "radius of the ascent step", 0.0, 1.0, 0.01, 0.3),
    ("lambda", "λ₁", "largest curvature", 0.1, 2.0, 0.01, 1.0),
    ("ratio", "λ₂/λ₁", "the other curvature over it", 0.05, 1.0, 0.01, 0.2),
    ("steps", "t", "steps", 2, 400, 1, 60),
)
LEAD = r"""SAM on the quadratic $\tfrac12(\lambda_1w_1^2+\lambda_2w_2^2)$: one step ascends by $\rho$ along the gradient
    and descends with the gradient found there. For $h=\eta\lambda_1<2$ it settles on two points at distance
    $\rho h/(2-h)$ from the minimum."""
BELOW = r"""Two late iterates of SAM for each $h=\eta\lambda_1$, in units of $\rho$; dashed: $\pm h/(2-h)$. The vertical
    line is the $h$ of the sliders."""
CLAIMS = ("two-cycle", "amplitude")
PICTURES = ("plane_trajectory", "bifurcation")  # what a browser without scripts shows


def add_explorer(frame: Frame, figures: Iterable[Figure]) -> None:
    """Make the page with the sliders; it leads to the claims and shows the pictures that the site has."""
    known = {name: f"claims/bartlett2023/{name}.html" for name in CLAIMS}
    context = {
        "claims": [(name, address) for name, address in known.items() if address in frame.files],
        "figures": [figure for figure in figures if figure.name in PICTURES],
    }
    frame.page("explorer.html", "explorer.html", sliders=SLIDERS, lead=LEAD, below=BELOW, **context)
