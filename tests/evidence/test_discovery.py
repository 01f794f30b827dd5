"""Collection finds claims as pytest finds tests, and refuses what it cannot tell apart."""

import subprocess
import sys
import types
from pathlib import Path

import pytest
from evidence.test_claim import claim

from flatlab.evidence import discovery as collection
from flatlab.evidence.claim import Claim

FILE = """
from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.relations import Equal

CLAIM = Claim(
    id="{id}", title="t", statement="$x$", source="s", origin="derived", kind="equality",
    relation=Equal(), observe=lambda setting, rng: 1.0, expect=lambda setting: 1.0,
    controls=[Control("two", "not one", expect=lambda setting: 2.0)], corners=[{{}}],
)
"""


@pytest.fixture(autouse=True)
def clean_imports(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def _write(folder, name, identifier):
    folder.mkdir(exist_ok=True, parents=True)
    (folder / name).write_text(FILE.format(id=identifier))
    return folder / name


def test_a_module_declares_claims_alone_and_in_lists():
    module = types.ModuleType("some_claims")
    module.ONE, module.MANY, module.OTHER = claim(id="p/one"), [claim(id="p/two"), claim(id="p/three")], 7
    assert list(collection.claims_of_module(module)) == ["p/one", "p/two", "p/three"]


def test_the_same_claim_bound_twice_counts_once_but_two_of_one_id_are_refused():
    module = types.ModuleType("some_claims")
    module.ONE = module.AGAIN = claim(id="p/one")
    assert len(collection.claims_of_module(module)) == 1
    module.OTHER = claim(id="p/one")
    with pytest.raises(ValueError, match=r"unique, got 'p/one' twice"):
        collection.claims_of_module(module)


def test_a_file_and_a_folder_are_collected(tmp_path):
    _write(tmp_path, "collected_alpha.py", "p/alpha")
    _write(tmp_path / "below", "collected_beta.py", "p/beta")
    _write(tmp_path, "_hidden.py", "p/hidden")
    assert set(collection.claims_of_path(tmp_path)) == {"p/alpha", "p/beta"}
    assert set(collection.claims_of_path(tmp_path / "collected_alpha.py")) == {"p/alpha"}


def test_a_package_is_collected_under_its_dotted_name(tmp_path):
    for folder in ("collected_package", "collected_package/inner"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    _write(tmp_path / "collected_package" / "inner", "gamma.py", "p/gamma")
    assert set(collection.claims_of_path(tmp_path)) == {"p/gamma"}
    assert "collected_package.inner.gamma" in sys.modules
    package = sys.modules["collected_package"]
    assert set(collection.claims_of_package(package)) == {"p/gamma"}


@pytest.mark.parametrize("what", ["missing", "empty", "twice", "same name"])
def test_a_path_that_cannot_be_collected_is_refused(tmp_path, what):
    if what == "empty":
        (tmp_path / "collected_empty.py").write_text("x = 1")
    if what == "twice":
        _write(tmp_path, "collected_first.py", "p/same")
        _write(tmp_path, "collected_second.py", "p/same")
    if what == "same name":
        _write(tmp_path / "a", "collected_name.py", "p/a")
        _write(tmp_path / "b", "collected_name.py", "p/b")
    path = tmp_path / "nowhere.py" if what == "missing" else tmp_path
    with pytest.raises(ValueError, match="twice" if what == "twice" else r"^path must"):
        collection.claims_of_path(path)


@pytest.fixture
def installed(monkeypatch):
    claims = {key: claim(id=key) for key in ("first/one", "first/two", "second/one")}
    monkeypatch.setattr(collection, "installed_claims", lambda *_: dict(claims))
    return claims


def test_names_select_ids_papers_paths_or_everything(installed, tmp_path):
    path = _write(tmp_path, "collected_delta.py", "p/delta")
    assert list(collection.select([])) == list(installed)
    assert list(collection.select(["second/one", "first"])) == ["second/one", "first/one", "first/two"]
    assert list(collection.select([str(path), "first/two"])) == ["p/delta", "first/two"]


def test_an_unknown_name_suggests_the_nearest(installed):
    with pytest.raises(ValueError, match=r"got 'first/tow'. Did you mean 'first/two'\?"):
        collection.select(["first/tow"])


def test_installed_claims_come_through_the_entry_point(monkeypatch):
    module = types.ModuleType("announced_claims")
    module.CLAIM = claim(id="p/announced")
    monkeypatch.setitem(sys.modules, "announced_claims", module)
    point = types.SimpleNamespace(name="announced", value="announced_claims")
    monkeypatch.setattr(collection, "entry_points", lambda group: [point] if group == "flatlab.papers" else [])
    assert collection.installed_claims() == {"p/announced": module.CLAIM}


def test_the_papers_of_this_project_are_installed():
    found = collection.installed_claims()
    assert all(isinstance(item, Claim) and item.id == key for key, item in found.items())


def test_this_repository_is_collected_from_its_folder():
    """Experiments, figures and tests of one name lie beside the claims, and some of them bind claims as well."""
    code = "from flatlab.evidence.discovery import *; print(set(claims_of_path('.')) == set(installed_claims()))"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")
