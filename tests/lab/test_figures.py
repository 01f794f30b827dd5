import os

import numpy as np
import pytest
import xarray as xr
from tiny_lab import make_lab
from typer.testing import CliRunner

from flatlab.base import documents
from flatlab.cli import app
from flatlab.lab import figures as gallery
from flatlab.storage import records


def save_record(path):
    data = xr.Dataset(
        {"amplitude": ("rho", np.array([1.0, 2.0]), {"units": "1", "long_name": "amplitude"})},
        coords={"rho": ("rho", [0.1, 0.2], {"units": "1", "long_name": "radius"})},
    )
    return records.save(data, path, parameters={"eta": 0.5}, seed=7, seconds=1.0)


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.chdir(make_lab(tmp_path))
    return tmp_path


def figures(*words):
    return CliRunner().invoke(app, ["figures", *map(str, words)])


def test_scripts_are_found_here_and_helpers_are_not_scripts(lab):
    (script,) = gallery.select([])
    assert (script.name, script.RECORD, script.SHOWS) == ("bounce_line", "bounce", ("tiny/right",))
    assert script.CAPTION == "Amplitude against radius."


def test_scripts_are_found_beside_the_package(tmp_path, monkeypatch):
    make_lab(tmp_path)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setattr(gallery, "CHECKOUT", tmp_path)
    assert list(gallery.scripts()) == ["bounce_line"]


def test_no_folder_of_scripts_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gallery, "CHECKOUT", tmp_path)
    with pytest.raises(ValueError, match="figures must be drawn from a checkout of flatlab"):
        gallery.scripts()


def test_records_beside_the_script_come_before_results(lab):
    save_record(lab / "results" / "bounce.nc")
    assert figures().exit_code == 0
    before = (lab / "results" / "figures" / "bounce_line.svg").read_bytes()
    assert b'"seed": 7' in before
    assert b'"parameters": {"eta": 0.5}, "claims": ["tiny/right"]' in before
    path = save_record(lab / "figures" / "records" / "bounce.nc")
    (lab / "results" / "bounce.nc").write_bytes(b"no record")
    result = figures("bounce_line", "--output", lab / "out")
    assert result.exit_code == 0
    assert result.stdout.startswith("bounce_line: ")
    assert (lab / "out" / "bounce_line.svg").read_bytes() == before
    assert figures("--records", path.parent).exit_code == 0
    assert sorted(os.listdir(lab / "out")) == ["bounce_line.pdf", "bounce_line.png", "bounce_line.svg"]


def test_a_new_figure_gets_its_record_and_its_picture_by_one_command(lab):
    script = lab / "figures" / "bounce_line.py"
    script.write_text(script.read_text().replace('("tiny/right",)', "()"))  # shows no claim
    result = figures("bounce_line", "--keep")
    assert result.exit_code == 0, result.output
    record, picture = (lab / "figures" / name for name in ("records/bounce.nc", "gallery/bounce_line.png"))
    assert records.parameters_of(records.load(record)) == {"eta": 0.5, "rhos": [0.1, 0.2], "halt": False}
    assert os.listdir(lab / "figures" / "records") == ["bounce.nc"]
    assert os.listdir(lab / "figures" / "gallery") == ["bounce_line.png"]
    assert not (lab / "results").exists()
    first = picture.read_bytes()
    save_record(record)  # a record that is there is not computed again
    assert figures("bounce_line", "--keep").exit_code == 0
    assert records.load(record).attrs["seed"] == 7
    assert picture.read_bytes() != first


@pytest.mark.long
def test_a_figure_may_name_the_command_that_makes_its_record(lab):
    script = lab / "figures" / "bounce_line.py"
    (lab / "claims.py").write_text(FILE)
    command = "map claims.py --over x=0:1 y=1:2 --points 2 --evaluations 4"
    script.write_text(
        f"COMMAND = {command!r}\nRECORD, SHOWS, TITLE, CAPTION = 'a_map', (), 'What is seen', 'A map.'\n" + DRAW
    )
    result = figures("--keep")
    assert result.exit_code == 0, result.output
    record = records.load(lab / "figures" / "records" / "a_map.nc")
    assert record.margin.shape == (2, 2)
    assert os.listdir(lab / "figures" / "gallery") == ["bounce_line.png"]


DRAW = "from flatlab.lab.margin_maps import draw_map as draw\n"
FILE = """
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtMost

CLAIM = Claim(
    id="mine/product", title="t", statement="s", source="s", origin="measured", kind="upper bound", relation=AtMost(),
    observe=lambda s, rng: s.x * s.y, expect=1.0, domain={"x": Uniform(0.0, 1.0), "y": Uniform(0.0, 1.0)},
    controls=(Control("c", "w", expect=0.0),),
)
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "reads the record of an experiment, found none at"), ("raise SystemExit(3)", "did not finish")],
)
def test_a_figure_whose_experiment_gives_no_record_is_refused(lab, text, words):
    experiment = lab / "experiments" / "bounce.py"
    experiment.unlink()
    if text is not None:
        experiment.write_text(text)
    result = figures("--keep")
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert not (lab / "figures" / "gallery").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "figure 'bounce_line' needs the record bounce.nc in 'figures/records' or 'results'; `python experiments/"),
        (
            ["--records", "nowhere"],
            "figure 'bounce_line' needs the record bounce.nc in 'nowhere'; `python experiments/",
        ),
        (["bounce_lime"], "figure must be one of bounce_line, "),
        (["--output", "figures/_axes.py"], "output must be a folder that can be written to"),
    ],
)
def test_a_wrong_call_gives_one_sentence_and_status_two(lab, words, sentence):
    result = figures(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"flatlab: {sentence}")
    assert result.stderr.count("\n") == 1


def test_a_misspelt_figure_is_told_its_name(lab):
    assert figures("bounce_lime").stderr.endswith(", got 'bounce_lime'. Did you mean 'bounce_line'?\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RECORD = 'bounce'", "must bind SHOWS, TITLE, CAPTION, draw"),
        ("1 / 0", "could not be loaded: ZeroDivisionError"),
    ],
)
def test_a_script_that_is_none_is_refused(lab, text, words):
    (lab / "figures" / "bounce_line.py").write_text(text)
    with pytest.raises(ValueError, match=words):
        gallery.scripts()


def test_a_record_of_another_experiment_is_named(lab):
    data = xr.Dataset({"other": ("rho", np.array([1.0]), {"units": "1", "long_name": "other"})})
    records.save(data, lab / "figures" / "records" / "bounce.nc", parameters={}, seed=7, seconds=1.0)
    result = figures()
    assert result.exit_code == 2
    assert "figure 'bounce_line' does not find in 'figures/records/bounce.nc' what it draws" in result.stderr


def test_every_stored_record_carries_its_checksum():
    stored = sorted((gallery.CHECKOUT / "figures" / "records").glob("*.nc"))
    assert stored
    assert [path.name for path in stored if documents.SEAL not in path.read_bytes()[-100:]] == []
