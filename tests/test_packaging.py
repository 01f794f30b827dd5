"""The lock file, the metadata and the scripts agree with setup.cfg."""

import configparser
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace

import conftest
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


def _tracked():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout")
    return [Path(line) for line in done.stdout.splitlines()]


def test_the_source_distribution_holds_every_file():
    lines = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").split("\n")
    grafted = {line.partition(" ")[2] for line in lines if line.startswith("graft ")}
    included = [pattern for line in lines if line.startswith("include ") for pattern in line.split()[1:]]
    given = ("setup.cfg", "MANIFEST.in")  # always
    assert [
        str(path)
        for path in _tracked()
        if path.parts[0] not in (*grafted, *given) and not any(fnmatch(str(path), pattern) for pattern in included)
    ] == []


def test_the_wheel_holds_every_file_of_its_packages():
    patterns = {
        package: [word.strip() for word in words.replace("\n", ",").split(",") if word.strip()]
        for package, words in SETUP["options.package_data"].items()
    }
    left_out = []
    for path in _tracked():
        if path.parts[0] in ("flatlab", "paper_checks") and path.suffix != ".py":
            inside = [
                (package, path.relative_to(package.replace(".", "/")))
                for package in patterns
                if path.is_relative_to(package.replace(".", "/"))
            ]
            if not any(fnmatch(str(rest), pattern) for package, rest in inside for pattern in patterns[package]):
                left_out.append(str(path))
    assert left_out == []


@pytest.mark.parametrize(
    ("reason", "extras", "status"),
    [("needs the extra certify", "all", 1), ("needs the extra certify", "", 0), ("no such mode", "all", 0)],
)
def test_a_skip_for_want_of_an_extra_is_a_failure_where_all_should_be_there(reason, extras, status, monkeypatch):
    monkeypatch.setenv("FLATLAB_EXTRAS", extras)
    reporter = SimpleNamespace(stats={"skipped": [SimpleNamespace(longrepr=("file", 1, f"Skipped: {reason}"))]})
    manager = SimpleNamespace(get_plugin=lambda name: reporter)
    session = SimpleNamespace(config=SimpleNamespace(pluginmanager=manager), exitstatus=0)
    conftest.pytest_sessionfinish(session)
    assert session.exitstatus == status
