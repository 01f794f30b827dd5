"""What a search or a verdict found is kept by a key of the code that it ran: it lapses with that code and no other."""

import sys
import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from flatlab.evidence.claim import Claim, Control
from flatlab.evidence.code import PARTS, code_of, code_of_verdict, modules_reached
from flatlab.evidence.domains import Choice, Whole
from flatlab.evidence.relations import Equal

PACKAGES = count()  # one name a package: the sources of a package are read once in a process
HELPER = "SIZE = {size}\n\n\ndef part(x):\n    return x * SIZE\n\n\ndef other(x):\n    return x\n"
MODULE = """from flatlab.evidence.claim import Claim, Control
from {package}.helper import other, part

CLAIM = Claim(
    id="{package}/tiny", title="t", statement="s", source="s", origin="measured", kind="equality", relation=None,
    fixed={{"x": 2.0}}, observe=lambda s, rng: part(s.x), expect=6.0, quick=1, full=1,
    controls=(Control("c", "w", observe=lambda s, rng: other(s.x)),),
)
"""
AGAIN = "from {package}.claims import CLAIM\n"
EDITS = {  # file, old, new, and whether a search and a verdict lapse
    "nothing": ("helper", "", "", False, False),
    "a comment": ("helper", "def part", "# a part\ndef part", False, False),
    "a constant": ("helper", "SIZE = ", "SIZE = 1", True, True),
    "a function": ("helper", "x * SIZE", "x + SIZE", True, True),
    "a parameter": ("claims", '"x": 2.0', '"x": 2.5', True, True),
    "what is expected": ("claims", "expect=6.0", "expect=6.5", True, True),
    "the statement": ("claims", 'statement="s"', 'statement="t"', False, False),
    "the title": ("claims", 'title="t"', 'title="u"', False, False),
    "a control": ("claims", "other(s.x)", "-other(s.x)", False, True),
    "what a control calls": ("helper", "return x\n", "return -x\n", False, True),
    "the number of settings": ("claims", "quick=1", "quick=2", False, True),
    "where it is shown again": ("again", "CLAIM\n", "CLAIM\n\nOTHER = 3\n", False, False),
}


class Edited(NamedTuple):
    """A package that declares a claim, imports it in another module as well, and is edited."""

    edit: str
    size: int
    made: bool = True

    def keys(self, edited):
        """Return the keys of search and verdict, and whether the search reaches the helper's module."""
        package = f"package_of_one_call_{next(PACKAGES)}"
        file, old, new, *_ = EDITS[self.edit]
        names = [package, *(f"{package}.{name}" for name in ("again", "claims", "helper"))]
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"__init__": "", "helper": HELPER, "claims": MODULE, "again": AGAIN}.items():
                text = text.format(package=package, size=self.size)
                Path(folder, f"{name}.py").write_text(text.replace(old, new) if edited and name == file else text)
            try:
                for name in names[:1] + names[:0:-1] if self.size % 2 else names:  # either module may come first
                    load(name, Path(folder))
                claim = sys.modules[names[1]].CLAIM
                found = code_of(claim), code_of_verdict(claim), modules_reached(claim, PARTS) == {names[3]}
                return *found, modules_reached(claim, ("expect",))
            finally:
                for name in names:
                    sys.modules.pop(name, None)

    def by_library(self):
        """Return what lapses, whether there are keys of two kinds, and what is reached."""
        search, verdict, reached, constant = self.keys(edited=False)
        other, later, *_ = self.keys(edited=self.made)
        return [search != other, verdict != later, bool(search) and search != verdict, reached, len(constant)]


def load(name, folder):
    """Import one module of a package from its file, unless another one has imported it."""
    if name not in sys.modules:
        file = folder / f"{name.partition('.')[2] or '__init__'}.py"
        places = None if "." in name else [str(folder)]
        spec: Any = spec_from_file_location(name, file, submodule_search_locations=places)  # the file is there
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


CLAIM = Claim(
    id="laboratory/keys-of-code",
    title="what was found lapses with the code that found it",
    statement=r"""Two versions of a claim have the same key of searches, $k=k'$, if and only if the code reads the same
        that problem, hypotheses, ranges, constants, observed and expected number reach, whichever modules show the
        claim; the key of verdicts takes in controls and the number of settings. Texts and comments change neither.""",
    source="Keys of code",
    origin="derived",
    kind="equality",
    relation=Equal(),
    problem=Edited,
    observe=lambda p, rng: p.by_library(),
    expect=lambda p: [*EDITS[p.edit][3:], True, True, 0],
    domain={"edit": Choice(tuple(EDITS)), "size": Whole(1, 99)},
    corners=tuple(
        {"edit": edit, "size": size}
        for edit, size in (("a constant", 2), ("what a control calls", 3), ("the number of settings", 2))
    ),
    quick=2,
    full=200,
    seconds=0.035,
    controls=(
        Control(
            "no edit",
            "then nothing lapses",
            observe=lambda p, rng: p._replace(made=False).by_library(),
            change=lambda s: {**s, "edit": "a function"},
        ),
    ),
)
