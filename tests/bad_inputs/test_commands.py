"""Every option of every command and experiment with values that are none: one sentence that names it, and status 2."""

import contextlib
import importlib.util
import io
import re
from pathlib import Path

import pytest
import typer
from tiny_claims import FILE, claims_file
from typer.testing import CliRunner

from flatlab.cli import app
from flatlab.lab.exits import UNAVAILABLE, WRONG_CALL
from flatlab.lab.experiment import _parameters, main

COMMANDS = typer.main.get_command(app).commands
EXPERIMENTS = {path.stem: path for path in sorted((Path(__file__).parents[2] / "experiments").glob("*.py"))}
NO_NUMBER = ["x", "", " ", "nan", "inf", "-inf", "1,5", "None", "1e999", "0x1", "1..2", "½", "--", "True"]
NO_WHOLE = [*NO_NUMBER, "1.5", "1e3", "-1"]
NO_FOLDER = ["FILE", "FILE/below", "/proc/nothing", "/dev/null/below", "x" * 300]
NO_FILE = ["nowhere.json", "FILE", ".", "/dev/null", "x" * 300]
NO_WORD = ["nobody", "x", " ", "1", "%s", "é", "../..", "*"]
NO_CLAIM = ["nobody/nothing", "", " ", "*", "/dev/null", "nowhere.py", "a/b/c", "x" * 300, "filed/firsst", "-"]
NO_ADDRESS = ["", " ", "nonsense", "local:", "local:0", "local:x", "tcp://", "tcp://:1", "tcp://h:x", "tcp://h:99999"]
KINDS = {
    **dict.fromkeys(("evaluations", "seed", "workers", "points", "count", "boxes", "precision"), NO_WHOLE),
    **{name: [*NO_NUMBER, "-1"] for name in ("minutes", "memory", "limit")},
    "dearest": [value for value in [*NO_NUMBER, "-1"] if value not in ("inf", "1e999")],
    **dict.fromkeys(("paper", "kind", "origin", "level", "what"), NO_WORD),
    **dict.fromkeys(("names", "name"), NO_CLAIM),
    "output": NO_FOLDER,
    "cluster": NO_ADDRESS,
    "verdicts": NO_FILE,
    "merge": NO_FILE,
    "old": NO_FILE,
    "new": NO_FILE,
    "over": ["z", "", "x=2:1", "x=1", "x=a:b", "x=:", "x=nan:1", "x=1:inf"],
    "at": ["z=1", "x", "", "=", "x=y"],
}
NOT_TRIED = {("list", "words"), ("map", "record"), ("seeds", "record"), ("figures", "records")}  # any text will do
NAMED = {
    "map": ["ONE", "--over", "x", "x"],
    "diff": ["FILE"],
    "show": [],
    "list": [],
    "report": [],
    "results": [],
    "new": [],
}
SLOW = ("list", "report")  # they collect every claim first
TRIED = ("falsify", "verify", "seeds", "map", "show", "list", "table", "diff", "report")


def cases():
    """Give out the option and the words of each wrong call of a command."""
    for name in TRIED:
        for option in COMMANDS[name].params:
            if (name, option.name) in NOT_TRIED or getattr(option, "is_flag", False):
                continue
            flag = next((word for word in option.opts if word.startswith("--")), None)
            for value in KINDS[option.name][:2] if name in SLOW else KINDS[option.name]:
                given = [value] * getattr(option, "nargs", 1) if flag == "--over" else [value]
                others = NAMED.get(name, ["FILE"]) if flag else ["FILE"] * (option.name == "new")
                more = ["--over", "x", "x"] if name == "map" and not flag else []
                yield name, option.name, [name, *others, *([flag] if flag else [*more, "--"]), *given]


CALLS = list(cases())


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Stand in a folder of its own, beside a file of claims and one of a single claim."""
    monkeypatch.chdir(tmp_path)
    assert FILE.count('"first", "second", "third"') == 1
    one = claims_file(tmp_path / "claims", FILE.replace('"first", "second", "third"', '"only",'))
    one.rename(tmp_path / "one.py")
    return str(claims_file(tmp_path / "claims"))


def answer(result):
    """Return what is wrong with how a wrong call ended, or an empty string."""
    if result.exit_code not in (WRONG_CALL, UNAVAILABLE):
        return f"status {result.exit_code}: {result.output[-300:]}"
    one_line = result.stderr.startswith("flatlab: ") and result.stderr.count("\n") == 1 and not result.stdout
    return "" if one_line and len(result.stderr) < 700 else result.output[-300:]


@pytest.mark.long
@pytest.mark.parametrize("name", TRIED)
def test_a_command_refuses_what_is_no_value_of_an_option(name, file):
    found = {}
    for command, option, words in CALLS:
        if command == name:
            result = CliRunner().invoke(app, [word.replace("FILE", file).replace("ONE", "one.py") for word in words])
            told = answer(result)
            named = option in ("names", "name", "old", "new", "what", "output") or re.search(
                rf"{option}|path must", result.stderr
            )
            if told or not named:
                found[option, words[-1]] = told or result.stderr
    assert found == {}
    assert not list(Path(file).parents[1].glob("results/*.json"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_refuses_what_is_no_number(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location(f"experiment_{name}", EXPERIMENTS[name])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for option, value in options_of(module.run):
        with pytest.raises(SystemExit) as ended, Captured() as said:
            main(module.run, [f"--{option.replace('_', '-')}={value}"])
        told = said.err.getvalue()
        if ended.value.code != WRONG_CALL or option not in told or told.count("\n") != 1 or said.out.getvalue():
            found[option, value] = f"status {ended.value.code}: {told}"
    assert found == {}
    assert not list(tmp_path.iterdir())


def options_of(run):
    """Give out each option of an experiment that is a number, with what is none."""
    for option, (parameter, _, _) in _parameters(run).items():
        entry = (
            parameter.default[0] if isinstance(parameter.default, tuple) and parameter.default else parameter.default
        )
        if isinstance(entry, (int, float)) and not isinstance(entry, bool):
            for value in NO_WHOLE[:-1] if isinstance(entry, int) else NO_NUMBER:
                if not (isinstance(parameter.default, tuple) and value in ("1,5", " ")):
                    yield option, value


class Captured:
    """What is written to the two streams while a block runs."""

    def __enter__(self):
        self.out, self.err = io.StringIO(), io.StringIO()
        self._redirected = contextlib.ExitStack()
        self._redirected.enter_context(contextlib.redirect_stdout(self.out))
        self._redirected.enter_context(contextlib.redirect_stderr(self.err))
        return self

    def __exit__(self, *raised):
        self._redirected.close()


def test_there_are_many_of_them():
    assert len(CALLS) > 300
