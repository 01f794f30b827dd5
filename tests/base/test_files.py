import os

import pytest

from flatlab.base.files import whole_file, writable_folder, write_whole
from flatlab.base.plain_data import distinct, format_number, json_text, number, plain


def test_text_and_bytes_are_written_in_a_new_folder(tmp_path):
    assert write_whole(tmp_path / "a" / "b.txt", "ρ\n").read_bytes() == b"\xcf\x81\n"
    assert write_whole(tmp_path / "a" / "b.txt", b"\x00").read_bytes() == b"\x00"
    assert os.listdir(tmp_path / "a") == ["b.txt"]


def test_an_interrupt_leaves_the_old_file_and_nothing_else(tmp_path):
    target = write_whole(tmp_path / "b.txt", "old")

    def half():
        with whole_file(target) as temporary:
            temporary.write_text("ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["b.txt"]


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path):
    target = write_whole(tmp_path / "b.txt", "old")
    with whole_file(target) as temporary:
        temporary.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ValueError, match=r"output must be a folder that can be written to, got .*file"):
        writable_folder(tmp_path / "file" / "below")
    with pytest.raises(ValueError, match="must be a folder that can be written to"):
        write_whole(tmp_path / "file" / "a.txt", "x")


def test_a_folder_in_the_place_of_the_file_is_refused_by_name(tmp_path):
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(ValueError, match=r"path must be a file that can be replaced, got .*b\.txt"):
        write_whole(tmp_path / "b.txt", "x")
    assert os.listdir(tmp_path) == ["b.txt"]


def test_plain_data_is_what_json_can_hold():
    import numpy as np

    from flatlab.methods import SAM

    assert plain(np.array([1.0, np.nan, -np.inf])) == [1.0, None, "-inf"]
    assert plain({"a": np.int64(3), 2: (True, 1 + 2j)}) == {"a": 3, "2": [True, [1.0, 2.0]]}
    assert plain(SAM(eta=0.5, rho=0.25))["SAM"]["rho"] == 0.25
    assert json_text([float("inf"), "ρ"]) == '["inf", "ρ"]'


@pytest.mark.parametrize(
    ("value", "text"),
    [(float("nan"), "nan"), (float("-inf"), "-inf"), (1 / 3, "0.3333"), (123456, "123456"), (1.5e-20, "1.5e-20")],
)
def test_numbers_are_shown_in_few_digits(value, text):
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1.0, 2.0), ("1", "2")),
        ((1.0, 1.0), ("1", "1")),
        ((1.0, 1.00001, 1.0), ("1", "1.00001", "1")),
        ((0.1 + 0.2, 0.3), ("0.30000000000000004", "0.29999999999999999")),
        ((float("nan"), 0.5, float("nan")), ("nan", "0.5", "nan")),
        ((3, 3.0001), ("3", "3.0001")),
    ],
)
def test_numbers_that_differ_are_written_differently(values, texts):
    assert distinct(*values) == texts


def test_numbers_come_back_from_plain_data():
    numbers = [1 / 3, 3.0, float("inf"), float("-inf")]
    assert [number(value) for value in plain(numbers)] == numbers
    assert number(plain(float("nan"))) != number(None)
