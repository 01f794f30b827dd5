"""Small claims for the tests of the report and of the command line, as objects and as a file."""

import itertools

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import AtMost, Equal, Estimate, WithinInterval

_numbers = itertools.count()


def tiny(name="right", **changes):
    """Return a claim that holds, with one control that breaks it, unless changed."""
    fields = {
        "id": f"tiny/{name}",
        "title": "twice is two times",
        "statement": "The double of $x$ is $2x$.",
        "source": "a test",
        "origin": "derived",
        "kind": "equality",
        "relation": Equal(rtol=1e-12),
        "observe": lambda setting, rng: setting["x"] + setting["x"],
        "expect": lambda setting: 2 * setting["x"],
        "controls": [Control("thrice", "three is not two", observe=lambda setting, rng: 3 * setting["x"])],
        "domain": {"x": Uniform(1.0, 2.0)},
        "corners": [{"x": 1.0}],
        "quick": 2,
        "full": 5,
    }
    return Claim(**(fields | changes))


def wrong():
    return tiny("wrong", expect=lambda setting: 2.5 * setting["x"])


def unbroken():
    return tiny("unbroken", controls=[Control("nothing", "changes nothing", change=lambda setting: setting)])


def undecided():
    return tiny(
        "undecided",
        relation=WithinInterval(0.1),
        observe=lambda setting, rng: Estimate(2 * setting["x"], 0.0, 9.0),
        controls=[Control("far", "far off", observe=lambda setting, rng: Estimate(50.0, 49.0, 51.0))],
    )


def raising():
    def observe(setting, rng):
        raise ArithmeticError("the run\ndiverged")

    return tiny("raising", observe=observe)


def useless():
    return tiny(
        "useless",
        kind="upper bound",
        relation=AtMost(tight_within=10.0),
        expect=lambda setting: 1e6 * setting["x"],
        controls=[Control("huge", "above", observe=lambda setting, rng: 1e9)],
    )


FILE = """
import os
import time
from pathlib import Path

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.domains import Uniform
from flatlab.evidence.relations import Equal

HERE = Path(__file__).parent


def look(name):
    def observe(setting, rng):
        with open(HERE / "log.txt", "a") as log:
            print(name, file=log)
        if (HERE / f"stop-{name}").exists():
            raise KeyboardInterrupt
        if (HERE / f"sleep-{name}").exists():
            (HERE / f"pid-{name}").write_text(str(os.getpid()))
            time.sleep(60)
        if (HERE / f"die-{name}").exists():
            os._exit(3)
        return 2 * setting["x"] + 1e-15 * rng.normal()

    return observe


CLAIMS = [
    Claim(
        id=f"filed/{name}",
        title="twice is two times",
        statement="The double of $x$ is $2x$.",
        source="a test",
        origin="derived",
        kind="equality",
        relation=Equal(rtol=1e-12),
        observe=look(name),
        expect=lambda setting: 2 * setting["x"],
        controls=[Control("thrice", "three is not two", observe=lambda setting, rng: 3 * setting["x"])],
        domain={"x": Uniform(1.0, 2.0)},
        quick=2,
        full=3,
    )
    for name in ("first", "second", "third")
]
"""


def claims_file(folder, text=FILE):
    """Write a module that declares three claims, under a name that no other test uses."""
    folder.mkdir(exist_ok=True)
    file = folder / f"tiny_claims_{next(_numbers)}.py"
    file.write_text(text)
    return file
