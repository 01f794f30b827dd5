"""Stated gain of sharpness-aware steps in the plane of dimension and tolerance."""

from flatlab.lab.plotting import PALETTE, column_figure

RECORD = "escape_regimes"
SHOWS = ("ahn2024/sharpness-aware-theorem-exponents",)
TITLE = (
    "As stated, sharpness-aware steps gain more the larger the dimension, and above the branch the finer the "
    "tolerance (a formula)"
)
CAPTION = (
    "Stated step count of random smoothing over that of sharpness-aware steps, all constants 1; no run is behind it. "
    "Solid: the branch changes at d = eps^(−1/3); below it the ratio depends on d alone, and is 1 at d = 1. Dashed: "
    "from d = C eps^(−1/2) on, here C = 1, every minimum passes the certificate."
)


def draw(record):
    """Draw the record."""
    figure, axes = column_figure(height=2.7)
    image = axes.pcolormesh(
        record.epsilon, record.d, record.ratio, norm="log", cmap="cividis", shading="nearest", rasterized=True
    )
    figure.colorbar(image, ax=axes, label=r"$T_{\rm RS}/T_{\rm SAP}$ as stated")
    axes.plot(record.epsilon, record.branch, color=PALETTE["vermillion"], label=r"$d=\varepsilon^{-1/3}$")
    axes.plot(record.epsilon, record.trivial, color="white", linestyle="--", label=r"$d=\varepsilon^{-1/2}$")
    axes.set(xscale="log", yscale="log", xlabel=r"tolerance $\varepsilon$", ylabel="dimension $d$")
    axes.set_xlim(float(record.epsilon[0]), float(record.epsilon[-1]))
    axes.set_ylim(float(record.d[0]), float(record.d[-1]))
    legend = axes.legend(loc="upper right", facecolor="0.35", framealpha=0.9, frameon=True)
    for text in legend.get_texts():
        text.set_color("white")
    return figure
