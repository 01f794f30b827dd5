"""The lock file, the metadata and the scripts agree with setup.cfg."""

import configparser
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import flatlab

ROOT = Path(__file__).parents[1]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
LOCKED = [
    Requirement(line)
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def _name(requirement):
    return re.sub(r"[-_.]+", "-", requirement.name).lower()


def _requirements():
    text = SETUP["options"]["install_requires"] + SETUP["options.extras_require"]["test"]
    return [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("wanted", _requirements(), ids=str)
def test_a_requirement_has_one_exact_version_that_it_allows(wanted):
    (locked,) = [entry for entry in LOCKED if _name(entry) == _name(wanted)]
    (exactly,) = locked.specifier
    assert exactly.operator == "=="
    assert exactly.version in wanted.specifier


def test_the_citation_names_the_version():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", text, re.MULTILINE).group(1) == flatlab.__version__
