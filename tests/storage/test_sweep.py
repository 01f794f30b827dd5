import functools
import os

import numpy as np
import pytest

import flatlab.storage.sweep
from flatlab.methods import GD, SAM
from flatlab.storage.records import partial_folder
from flatlab.storage.sweep import sweep

SETTINGS = [{"x": 1.0}, {"x": 2.0}, {"x": 3.0}]
LOG = []
stop_at = {"x": None}


@pytest.fixture(autouse=True)
def _empty_log():
    LOG.clear()


def make(factor=2.0):
    def run(setting):
        LOG.append(setting["x"])
        if setting["x"] == stop_at["x"]:
            raise KeyboardInterrupt
        return {"double": factor * setting["x"], "unknown": float("nan"), "pair": (1, 2)}

    return run


def test_results_come_in_the_order_of_the_settings(tmp_path):
    results = sweep(tmp_path / "a.nc", SETTINGS, make())
    assert [result["double"] for result in results] == [2.0, 4.0, 6.0]
    assert np.isnan(results[0]["unknown"])


def test_an_interrupted_sweep_goes_on(tmp_path, monkeypatch):
    path = tmp_path / "a.nc"
    monkeypatch.setitem(stop_at, "x", 2.0)
    with pytest.raises(KeyboardInterrupt):
        sweep(path, SETTINGS, make())
    assert len(os.listdir(partial_folder(path))) == 1
    monkeypatch.setitem(stop_at, "x", None)
    LOG.clear()
    resumed = sweep(path, SETTINGS, make())
    assert LOG == [2.0, 3.0]
    fresh = sweep(tmp_path / "b.nc", SETTINGS, make())
    assert repr(resumed) == repr(fresh) == repr(sweep(None, SETTINGS, make()))


def test_nothing_is_kept_without_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweep(None, SETTINGS, make())
    sweep(None, SETTINGS, make())
    assert len(LOG) == 6
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("settings", [[{"x": 1.5}], [{"x": 1.0, "y": 0}]])
def test_another_setting_is_run(tmp_path, settings):
    sweep(tmp_path / "a.nc", SETTINGS[:1], make())
    sweep(tmp_path / "a.nc", settings, make())
    assert len(LOG) == 2


def test_another_value_closed_over_is_run(tmp_path):
    sweep(tmp_path / "a.nc", SETTINGS, make(2.0))
    assert sweep(tmp_path / "a.nc", SETTINGS, make(3.0))[0]["double"] == 3.0


def with_power(setting, power=1, base=None):
    LOG.append(setting["x"])
    return setting["x"] ** power


@pytest.mark.parametrize("base", [np.arange(3.0), SAM(eta=0.5, rho=0.25), {"a": (1, "b")}])
def test_another_bound_argument_is_run(tmp_path, base):
    for power in (1, 2, 2):
        results = sweep(tmp_path / "a.nc", SETTINGS, functools.partial(with_power, power=power, base=base))
    assert results == [1.0, 4.0, 9.0]
    assert len(LOG) == 6


def test_another_version_of_the_code_is_run(tmp_path, monkeypatch):
    sweep(tmp_path / "a.nc", SETTINGS, with_power)
    monkeypatch.setattr(flatlab.storage.sweep, "sources_key", lambda names: "edited")
    sweep(tmp_path / "a.nc", SETTINGS, with_power)
    assert len(LOG) == 6


def test_the_modules_of_run_and_of_the_settings_are_looked_at(tmp_path, monkeypatch):
    seen = set()
    monkeypatch.setattr(flatlab.storage.sweep, "sources_key", lambda names: seen.update(names) or "hash")
    bound = functools.partial(with_power, base=[SAM(eta=0.5, rho=0.25)])
    sweep(tmp_path / "a.nc", [{"x": 1.0, "method": GD(0.5)}], bound)
    assert seen == {"flatlab.storage.sweep", __name__, "flatlab.methods.sam", "flatlab.methods.gd"}


def give_array(setting):
    LOG.append(setting)
    return np.arange(3) * setting["x"]


def give_arrays(setting):
    LOG.append(setting)
    return {"ends": np.full((2, 1), np.inf), "n": 3, "name": "SAM"}


def test_arrays_come_back_as_they_are(tmp_path):
    for _ in range(2):
        assert [list(result) for result in sweep(tmp_path / "a.nc", SETTINGS[:2], give_array)] == [[0, 1, 2], [0, 2, 4]]
        (result,) = sweep(tmp_path / "a.nc", SETTINGS[:1], give_arrays)
        assert result["ends"].shape == (2, 1)
        assert (int(result["n"]), str(result["name"])) == (3, "SAM")
    assert len(LOG) == 3


@pytest.mark.parametrize("result", [object(), {"a": np.array([None])}, {"a": np.zeros(2), "b": None}])
def test_a_result_that_is_not_plain_is_refused(tmp_path, result):
    with pytest.raises(ValueError, match="result of a setting must be plain data"):
        sweep(None, SETTINGS, lambda setting: result)


def test_hidden_state_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="run must depend on plain data and arrays only, got Generator"):
        sweep(tmp_path / "a.nc", SETTINGS, lambda setting: rng.normal())
    with pytest.raises(ValueError, match="setting must depend on plain data and arrays only, got Generator"):
        sweep(tmp_path / "a.nc", [{"rng": rng}], with_power)
    with pytest.raises(ValueError, match="run must be a Python function"):
        sweep(tmp_path / "a.nc", SETTINGS, len)


def test_saving_the_record_removes_what_was_kept(tmp_path):
    from storage.test_records import save

    path = tmp_path / "a.nc"
    sweep(path, SETTINGS, with_power)
    assert partial_folder(path).is_dir()
    save(path)
    assert os.listdir(tmp_path) == ["a.nc"]


def test_a_damaged_result_is_said_and_run_again(tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.nc"
    monkeypatch.setitem(stop_at, "x", 3.0)
    with pytest.raises(KeyboardInterrupt):
        sweep(path, SETTINGS, make())
    damaged = sorted(partial_folder(path).iterdir())[0]
    damaged.write_text("{")
    monkeypatch.setitem(stop_at, "x", None)
    LOG.clear()
    assert [result["double"] for result in sweep(path, SETTINGS, make())] == [2.0, 4.0, 6.0]
    assert len(LOG) == 2
    assert (
        f"{str(damaged)!r} has been damaged or changed since it was written; it is not used" in capsys.readouterr().err
    )
