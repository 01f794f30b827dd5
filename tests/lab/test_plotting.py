import json
import os
import subprocess
import sys

import matplotlib
import pytest
from matplotlib.colors import to_hex
from PIL import Image

from flatlab.lab import plotting

DETAILS = {"seed": 7, "parameters": {"η": 0.5}, "claims": ["tiny/right"], "title": "f", "caption": "A caption."}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return the files of one figure; each is compared with what another call or process draws."""
    return plotting.save(draw(), tmp_path_factory.mktemp("figure") / "f.v1", **DETAILS)


def draw(scale=1.0):
    with plotting.house_style():
        figure, axes = plotting.column_figure()
        axes.loglog([1, 10, 100], [scale, 3, 9], **plotting.measured(), label="measured, slope 0.48")
        axes.loglog([1, 10, 100], [1, 3, 10], **plotting.STATED, label=r"$\propto\eta^{1/2}$")
        axes.set_xlabel(r"$1/\eta$")
        axes.fill_between([1, 100], 1, 2, alpha=0.2)
        axes.legend()
    return figure


def test_three_formats_with_seed_and_parameters_inside(saved):
    assert [path.name for path in saved] == ["f.v1.pdf", "f.v1.svg", "f.v1.png"]
    assert sorted(os.listdir(saved[0].parent)) == ["f.v1.pdf", "f.v1.png", "f.v1.svg"]
    pdf, svg, png = saved
    details = json.loads(Image.open(png).text["Description"])
    assert details == {name: value for name, value in DETAILS.items() if name != "title"}
    assert '"seed": 7' in svg.read_text()
    assert b"tiny/right" in pdf.read_bytes().replace(b"\x00", b"")


def test_no_file_holds_a_date(saved):
    for path in saved:
        content = path.read_bytes()
        assert b"CreationDate" not in content
        assert b"dc:date" not in content


def test_another_process_draws_the_same_bytes(saved, tmp_path):
    code = "import sys; sys.path.insert(0, sys.argv[1]); import test_plotting as t; from flatlab.lab import plotting\n"
    code += "plotting.save(t.draw(), sys.argv[2], **t.DETAILS)"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "SOURCE_DATE_EPOCH": "1", "TZ": "Asia/Tokyo"}
    folder = os.path.dirname(__file__)
    subprocess.run([sys.executable, "-c", code, folder, str(tmp_path / "there")], check=True, env=environment)
    for path in saved:
        assert path.read_bytes() == (tmp_path / f"there{path.suffix}").read_bytes(), path.suffix


def test_other_data_give_other_bytes(saved, tmp_path):
    for one, other in zip(saved, plotting.save(draw(1.5), tmp_path / "b", **DETAILS)):
        assert one.read_bytes() != other.read_bytes()


def test_nothing_changes_outside_the_style():
    before = dict(matplotlib.rcParams)
    with plotting.house_style():
        assert matplotlib.rcParams["font.size"] == 8
    draw()
    assert dict(matplotlib.rcParams) == before


def test_a_reader_s_own_settings_do_not_reach_the_figure(saved, tmp_path):
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "svg.hashsalt": "x", "savefig.dpi": 50}):
        own = plotting.save(draw(), tmp_path / "b", **DETAILS)
    assert [path.read_bytes() for path in saved] == [path.read_bytes() for path in own]


@pytest.mark.parametrize(("make", "width"), [(plotting.column_figure, 3.4), (plotting.page_figure, 7.0)])
def test_widths_are_those_of_a_page(make, width):
    figure, axes = make(2, 2, height=3.0, sharex=True)
    assert tuple(figure.get_size_inches()) == (width, 3.0)
    assert axes.shape == (2, 2)
    assert figure.get_constrained_layout()


def test_text_is_legible_in_print():
    figure = draw()
    (axes,) = figure.axes
    texts = [axes.xaxis.label, *axes.get_xticklabels(), *axes.get_legend().get_texts()]
    assert min(text.get_fontsize() for text in texts) >= 7


def test_the_cycle_of_the_style_is_the_palette():
    with plotting.house_style():
        cycle = [to_hex(entry["color"]) for entry in matplotlib.rcParams["axes.prop_cycle"]]
    assert tuple(cycle) == tuple(colour.lower() for colour in plotting.COLOURS)


def _seen_by_a_deuteranope(colour):
    # The projection of Vienot, Brettel and Mollon (1999), its numbers recalled: without the middle
    # cones red and green fall together.
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    red, green, blue = (value**2.2 for value in (red, green, blue))
    both = 0.29275 * red + 0.70725 * green
    return both, -0.02234 * red + 0.02234 * green + blue


def test_colours_stay_apart_without_red_and_green():
    seen = [_seen_by_a_deuteranope(colour) for colour in plotting.COLOURS]
    apart = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for k, a in enumerate(seen) for b in seen[:k]]
    assert min(apart) > 0.05
    red_green = [_seen_by_a_deuteranope(colour) for colour in ("#d62728", "#6b7a28")]
    assert abs(red_green[0][0] - red_green[1][0]) + abs(red_green[0][1] - red_green[1][1]) < 0.1


def test_series_are_told_apart_by_marker_too():
    series = [plotting.measured(k) for k in range(6)]
    assert len({entry["marker"] for entry in series}) == len({entry["color"] for entry in series}) == 6
    assert plotting.measured(6) == plotting.measured(0)
    with pytest.raises(ValueError, match="k must be a whole number"):
        plotting.measured(-1)


def test_panels_are_lettered():
    _, axes = plotting.page_figure(1, 2)
    plotting.label_panels(axes)
    assert [panel.get_title(loc="left") for panel in axes] == ["(a)", "(b)"]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="must be a folder that can be written to"):
        plotting.save(draw(), tmp_path / "file" / "f", **DETAILS)
