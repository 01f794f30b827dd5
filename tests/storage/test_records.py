import json
import os

import numpy as np
import pytest
import xarray as xr

import flatlab
from flatlab.storage import records

LABELLED = {"units": "1", "long_name": "amplitude"}


def dataset():
    return xr.Dataset(
        {"amplitude": ("rho", np.array([0.1, np.nan, np.inf]), LABELLED)},
        coords={
            "rho": ("rho", [1.0, 2.0, 3.0], {"units": "1", "long_name": "radius"}),
            "method": ("rho", ["SAM", "GD", "USAM"], {"units": "1", "long_name": "method"}),
        },
    )


def save(path, data=None, **changes):
    chosen = {"parameters": {"eta": 0.5, "rhos": (1, 2)}, "seed": 7, "seconds": 1.25} | changes
    return records.save(dataset() if data is None else data, path, **chosen)


def test_what_is_saved_is_loaded(tmp_path):
    path = save(tmp_path / "deep" / "bounce.nc")
    record = records.load(path)
    xr.testing.assert_equal(record, dataset())
    assert record.amplitude.attrs == LABELLED
    assert records.parameters_of(record) == {"eta": 0.5, "rhos": [1, 2]}
    assert (int(record.attrs["seed"]), record.attrs["seconds"]) == (7, 1.25)
    assert record.attrs["flatlab"] == flatlab.__version__
    assert json.loads(record.attrs["environment"])["numpy"] == np.__version__
    assert os.listdir(tmp_path / "deep") == ["bounce.nc"]


def test_the_same_record_gives_the_same_bytes(tmp_path):
    assert save(tmp_path / "a.nc").read_bytes() == save(tmp_path / "b.nc").read_bytes()


def test_saving_does_not_change_the_dataset(tmp_path):
    data = dataset()
    save(tmp_path / "a.nc", data)
    assert data.attrs == {}


@pytest.mark.parametrize("label", ["units", "long_name"])
@pytest.mark.parametrize("name", ["amplitude", "rho", "method"])
def test_a_variable_without_a_label_is_refused(tmp_path, name, label):
    data = dataset()
    data[name].attrs[label] = " "
    with pytest.raises(ValueError, match=rf"dataset must give the attribute '{label}' .* '{name}' has none"):
        save(tmp_path / "a.nc", data)
    del data[name].attrs[label]
    with pytest.raises(ValueError, match=name):
        save(tmp_path / "a.nc", data)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": 3}, r"dataset must be an xarray\.Dataset, got int"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seconds": float("nan")}, "seconds must be a finite number"),
    ],
)
def test_wrong_arguments_are_refused(tmp_path, changes, words):
    with pytest.raises(ValueError, match=words):
        save(tmp_path / "a.nc", **changes)


def test_the_name_must_end_in_nc(tmp_path):
    with pytest.raises(ValueError, match=r"path must end in \.nc, got .*a\.csv"):
        save(tmp_path / "a.csv")


def test_a_failed_save_leaves_the_old_record(tmp_path, monkeypatch):
    path = save(tmp_path / "a.nc")
    before = path.read_bytes()

    def half(self, file, **options):
        file.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(xr.Dataset, "to_netcdf", half)
    with pytest.raises(KeyboardInterrupt):
        save(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.nc"]


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"path must be an existing record, found none at .*nothing\.nc"):
        records.load(tmp_path / "nothing.nc")


@pytest.mark.parametrize("content", [b"", b"no netCDF", b"\x89HDF\r\n\x1a\n broken"])
def test_a_file_that_is_no_netcdf_is_refused(tmp_path, content):
    (tmp_path / "a.nc").write_bytes(content)
    with pytest.raises(ValueError, match=r"path must be a record that flatlab wrote, .*a\.nc' is no netCDF file"):
        records.load(tmp_path / "a.nc")


def test_a_foreign_netcdf_file_is_refused(tmp_path):
    dataset().to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with pytest.raises(ValueError, match="carries no parameters"):
        records.load(tmp_path / "a.nc")


def test_a_damaged_record_is_told_wherever_a_bit_flips(tmp_path):
    content = save(tmp_path / "a.nc").read_bytes()
    places = [0, len(content) - 1, *np.linspace(1, len(content) - 2, 40, dtype=int)]
    for place in places:
        damaged = bytearray(content)
        damaged[place] ^= 4
        (tmp_path / "b.nc").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"path must be a record .*b\.nc"):
            records.load(tmp_path / "b.nc")


def test_a_truncated_record_is_refused(tmp_path):
    content = save(tmp_path / "a.nc").read_bytes()
    for size in (0, 10, len(content) // 2, len(content) - 100):
        (tmp_path / "b.nc").write_bytes(content[:size])
        with pytest.raises(ValueError, match=r"path must be a record .*b\.nc"):
            records.load(tmp_path / "b.nc")


def test_other_readers_pass_over_the_checksum(tmp_path):
    xr.testing.assert_equal(xr.load_dataset(save(tmp_path / "a.nc"), engine="h5netcdf"), dataset())
