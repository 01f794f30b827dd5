import importlib.util
import os
import subprocess
import sys
from typing import Annotated

import pytest
import xarray as xr
from tiny_lab import make_lab

from flatlab.lab.experiment import main
from flatlab.lab.options import OneOf
from flatlab.storage.records import labelled, load, parameters_of

FILES = ["bounce.nc", "bounce_line.pdf", "bounce_line.png", "bounce_line.svg"]


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.chdir(make_lab(tmp_path))
    return tmp_path


def call(lab, *words):
    """Run the experiment in this process and return its exit status."""
    spec = importlib.util.spec_from_file_location("bounce", lab / "experiments" / "bounce.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["bounce"] = module
    try:
        spec.loader.exec_module(module)
        main(module.run, list(words))
    except SystemExit as leave:
        return leave.code
    finally:
        del sys.modules["bounce"]


def test_the_record_and_its_figure_are_written(lab):
    assert call(lab, "--eta", "1.0", "--rhos", "0.1, 0.3", "--seed", "5") == 0
    assert sorted(os.listdir(lab / "results")) == FILES
    record = load(lab / "results" / "bounce.nc")
    assert list(record.amplitude.values) == [0.1, 0.3]
    assert parameters_of(record) == {"eta": 1.0, "rhos": [0.1, 0.3], "halt": False}
    assert int(record.attrs["seed"]) == 5
    assert record.attrs["seconds"] >= 0


def test_no_figure_and_another_folder(lab):
    assert call(lab, "--no-figure", "--output", "elsewhere") == 0
    assert os.listdir(lab / "elsewhere") == ["bounce.nc"]


def test_the_script_runs_as_a_program(lab):
    words = [sys.executable, "experiments/bounce.py", "--no-figure"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=lab)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{os.path.join('results', 'bounce.nc')}\n"


def test_help_comes_from_the_docstring(lab, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert call(lab, "--help") == 0
    text = capsys.readouterr().out
    assert "Usage: bounce.py [OPTIONS]" in text
    for words in (
        "Measure the bounce of SAM.",
        "Step size, in units of the inverse curvature.",
        "[default: 0.5]",
        "[default: 0.1,0.2]",
        "--no-halt",
        "Seed of the starts.",
        "--no-figure",
    ):
        assert words in text
    assert "--path" not in text
    assert "not its help" not in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--eta", "-1"], "eta must be a finite number above 0, got -1.0"),
        (["--rhos", "0.1,x"], "rhos must be float values separated by commas, got '0.1,x'"),
        (["--seed", "-1", "--eta", "-1"], "seed must be a whole number, 0 or above, got -1"),
        (["--output", "figures/_axes.py"], "output must be a folder that can be written to"),
    ],
)
def test_a_wrong_call_gives_one_sentence_and_status_two(lab, capsys, words, sentence):
    assert call(lab, *words) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"flatlab: {sentence}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not (lab / "results" / "bounce.nc").exists()


def test_divergence_gives_one_sentence_and_status_one(lab, capsys):
    assert call(lab, "--eta", "1000") == 1
    assert capsys.readouterr().err == "flatlab: it diverged\n"


def test_an_interrupt_leaves_nothing_half_written(lab, capsys):
    assert call(lab, "--halt") == 130
    assert capsys.readouterr().err.startswith("flatlab: interrupted; ")
    assert os.listdir(lab / "results") == ["bounce.partial"]
    (kept,) = os.listdir(lab / "results" / "bounce.partial")
    assert kept.endswith(".json")
    assert call(lab, "--no-figure") == 0
    assert os.listdir(lab / "results") == ["bounce.nc"]


def without_chance(*, eta: float = 1.0, shape: Annotated[str, OneOf(("bowl", "wave"))] = "bowl"):
    """Draw nothing at random."""
    return xr.Dataset({"eta": labelled((), eta, "step size")})


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_the_words_of_an_option_and_no_seed_where_nothing_is_random(flag, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as leave:
        main(without_chance, [flag])
    text = capsys.readouterr().out
    assert leave.value.code == 0
    assert "One of bowl, wave." in text
    assert "--seed" not in text


def test_a_run_without_chance_has_a_record_without_seed(tmp_path, capsys):
    for words, status in ((["--shape", "wave"], 0), (["--shape", "wavy"], 2)):
        with pytest.raises(SystemExit) as leave:
            main(without_chance, [*words, "--no-figure", "--output", str(tmp_path)])
        assert leave.value.code == status
    assert "shape must be one of 'bowl', 'wave', got 'wavy'. Did you mean 'wave'?" in capsys.readouterr().err
    assert "seed" not in load(next(tmp_path.glob("*.nc"))).attrs


def takes_positional(eta: float = 1.0, *, seed: int = 1):
    """Do nothing."""


def has_no_default(*, eta: float, seed: int = 1):
    """Do nothing."""


def has_no_type(*, eta=1.0, seed: int = 1):
    """Do nothing."""


def takes_output(*, output: str = "x", seed: int = 1):
    """Do nothing."""


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (takes_positional, "run must take keyword parameters with defaults only, 'eta' is not one"),
        (has_no_default, "run must take keyword parameters with defaults only, 'eta' is not one"),
        (has_no_type, "run must annotate 'eta' as int, float, str, bool"),
        (takes_output, "run must leave the names output, figure, cluster to the command line, it takes 'output'"),
    ],
)
def test_a_wrong_declaration_is_refused(run, words):
    with pytest.raises(ValueError, match=words):
        main(run, [])
