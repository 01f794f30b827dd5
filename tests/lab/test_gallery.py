"""What can be held of the stored pictures and records without looking at them."""

import json
import re
import subprocess
from functools import lru_cache

import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image

from flatlab.lab import figures as gallery
from flatlab.lab import plotting, small_print
from flatlab.storage import records

HERE = gallery.CHECKOUT / "figures"
SCRIPTS = gallery.scripts(HERE)
RECORDS = sorted((HERE / "records").glob("*.nc"))
EXEMPT = (plotting.AXIS["label"], "_nolegend_")  # lines of the axes, parts of error bars


@lru_cache(maxsize=4)
def drawn(name):
    script = SCRIPTS[name]
    figure = gallery.finished(script, records.load(HERE / "records" / f"{script.RECORD}.nc"))
    with plotting.house_style():
        figure.draw_without_rendering()
    return figure


def legends_of(figure):
    return [*figure.legends, *(one for one in (axes.get_legend() for axes in figure.axes) if one)]


def looks(line):
    return line.get_linestyle(), line.get_marker()


def faults(figure, title, caption):
    """Return what is missing in a picture, in words."""
    found, legends = [], legends_of(figure)
    told = {text.get_text() for legend in legends for text in legend.get_texts()}
    shown = {looks(line) for legend in legends for line in legend.findobj(Line2D)}
    shown |= {("None", marker) for _, marker in shown}
    for axes in figure.axes:
        found += ["an empty panel"] * (axes.axison and not axes.has_data())
        found += [f"not in a legend: {label}" for label in axes.get_legend_handles_labels()[1] if label not in told]
        unnamed = [line for line in axes.get_lines() if line.get_label() not in told and line.get_label() not in EXEMPT]
        found += [f"like no line of a legend: {looks(line)}" for line in unnamed if looks(line) not in shown]
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.get_title(loc="left")]
    letters = [axes.get_title(loc="left") for axes in panels]
    many = len({axes.get_subplotspec() for axes in figure.axes if axes.get_subplotspec()}) > 1
    if many and not panels and not any(axes.get_label() == "<colorbar>" for axes in figure.axes):
        found.append("several panels and no letters")
    named = _letters(caption)
    found += [f"the caption does not name panel {letter}" for letter in letters if letter.strip("()") not in named]
    found += [f"no panel ({letter})" for letter in named if f"({letter})" not in letters]
    texts = dict.fromkeys([*(text.get_text() for text in figure.findobj(Text)), caption])
    found += [f"a hyphen for a minus sign: {text}" for text in texts if re.search(r"(^|[\s(=|,^])-\d", _plain(text))]
    if " ".join(figure.get_suptitle().split()) != title:
        found.append("the title is not above the panels")
    things = [figure._suptitle, *legends]
    things += [text for axes in figure.axes for text in (axes.title, axes.xaxis.label, axes.yaxis.label)]
    found += [f"outside of the picture: {thing}" for thing in things if _outside(thing, figure.bbox.padded(1))]
    return found


def _outside(thing, box):
    extent = thing.get_window_extent()
    inside = box.x0 <= extent.x0 and extent.x1 <= box.x1 and box.y0 <= extent.y0 and extent.y1 <= box.y1
    return extent.width > 0 and not inside


def _plain(text):
    return re.sub(r"\$[^$]*\$", "", text)


def _letters(caption):
    """Return the letters of panels that a caption names, in brackets: (a), (a, b) or (a–f)."""
    named = []
    for inside in re.findall(r"\(([a-p](?:(?:, |–)[a-p])*)\)", caption):
        ends = inside.split("–")
        named += map(chr, range(ord(ends[0]), ord(ends[1]) + 1)) if len(ends) == 2 else inside.split(", ")
    return named


@pytest.mark.long
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_picture_names_what_it_draws(name):
    script = SCRIPTS[name]
    assert len(script.TITLE.split()) > 5, "the title says what is seen"
    assert faults(drawn(name), script.TITLE, script.CAPTION) == []


def a_picture(caption, more=(), **line):
    with plotting.house_style():
        figure, panels = plotting.page_figure(1, 2)
        panels[0].plot([1, 2], [1, 2], **{"label": "measured", **line})
        panels[0].plot([1, 2], [2, 1], *more)
        panels[1].plot([1, 2], [2, 1], **plotting.AXIS)
        panels[0].legend()
        plotting.label_panels(panels)
        plotting.headline(figure, "Something is seen here")
        figure.draw_without_rendering()
    return faults(figure, "Something is seen here", caption)


def test_the_faults_of_a_picture_are_found():
    assert a_picture("(a) One. (b) Two.") == []
    assert a_picture("(a) One.") == ["the caption does not name panel (b)"]
    assert a_picture("(a–c) All.") == ["no panel (c)"]
    assert a_picture("(a, b) To -2.") == ["a hyphen for a minus sign: (a, b) To -2."]
    assert a_picture("(a, b) Both.", label="slope -2") == ["a hyphen for a minus sign: slope -2"]
    assert a_picture("(a, b) Both.", more=["--"]) == ["like no line of a legend: ('--', 'None')"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_stored_picture_is_of_its_script_and_its_record(name):
    script = SCRIPTS[name]
    text = Image.open(HERE / "gallery" / f"{name}.png").text
    told = json.loads(text["Description"])
    record = records.load(HERE / "records" / f"{script.RECORD}.nc")
    again = f"`flatlab figures {name} --keep` draws it again"
    assert (text["Title"], told["caption"]) == (script.TITLE, script.CAPTION), again
    assert told["claims"] == list(script.SHOWS), again
    assert told["parameters"] == json.loads(json.dumps(records.parameters_of(record))), again


def test_text_stays_text_in_svg(tmp_path):
    script = SCRIPTS["sam_edge"]
    _, svg, _ = gallery.render(script, output=tmp_path)
    written = svg.read_text()
    assert "Settled runs of SAM" in re.sub(r"<[^>]+>", " ", written.partition("<g id")[2])
    assert "<text" in written
    assert "DejaVuSans-" not in written  # outlines of letters


def commit_of(path):
    made = records.load(path).attrs["environment"]
    return (json.loads(made) if isinstance(made, str) else made)["commit"]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_from_a_clean_commit(path):
    commit = commit_of(path)
    assert commit is not None, "made outside a checkout"
    assert not commit.endswith("-dirty"), f"made from {commit}; make it again from a commit"


def git(*words):
    return subprocess.run(["git", *words], cwd=gallery.CHECKOUT, capture_output=True, text=True, check=False)


@pytest.mark.skipif(git("rev-parse", "--is-shallow-repository").stdout.strip() != "false", reason="needs the history")
@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_commit_of_a_record_is_in_the_history(path):
    commit = commit_of(path)
    assert git("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0, f"{commit} is not; make it again"


def test_small_print_says_parameters_kind_tolerance_and_level():
    line = small_print.parameters_line({"eta": 1e-12, "start_x": -0.5, "h": [0.1, 2.0], "wide": True}, 7)
    assert line == "η = 10⁻¹²; start x = −0.5; h = 0.1, 2; wide = yes; seed 7"
    assert small_print.parameters_line({"at": {"seed": 1, "d": 3}}, 0) == "problem's seed = 1; d = 3; seed 0"
    told = small_print.claims_line(["bartlett2023/gap-rate", "mine/own"])
    assert re.fullmatch(r"bartlett2023: gap-rate \(rate −1, tolerance 0.06, [a-z ]+\). mine: own", told)
