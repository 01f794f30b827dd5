"""A claim: one statement of a paper, declared once, with its settings, its judgement and its controls.

A module declares a claim by binding a :class:`Claim` to ``CLAIM``, or several to ``CLAIMS``, at its top level.
The command line, the tests, the experiments and the report all read that declaration.
"""

import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

ID = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
ORIGINS = ("quoted", "derived", "reconstructed", "measured")
CHEAP = 0.01  # seconds of a setting
KINDS = ("equality", "upper bound", "lower bound", "rate", "probability", "ordering")


class HypothesisError(ValueError):
    """A setting outside what the statement assumes.

    >>> (claim,) = claims("bartlett2023/zero-and-negative-curvature").values()
    >>> try:
    ...     claim.check({"h": 3.0})
    ... except HypothesisError as error:
    ...     print(str(error).partition(";")[0])
    bartlett2023/zero-and-negative-curvature assumes that eta times the largest eigenvalue is below 2
    """


class Setting(dict):
    """The parameters of one setting by name, as ``setting.rho`` or ``setting["rho"]``.

    >>> Setting(eta=0.3, rho=0.1).rho
    0.1
    """

    def __getattr__(self, name):
        """Return a parameter."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the setting has no {name!r}; it has {', '.join(self) or 'no parameters'}") from None


@dataclass(frozen=True)
class Control:
    """A deliberate breach of a claim, under which its conclusion must fail.

    It runs on the random numbers of the claim, with some of the claim's parts replaced.

    Parameters
    ----------
    name, why : str
        What is broken, and why the conclusion must then fail.
    observe, expect, problem : optional
        In place of the claim's own.
    change : dict or callable, optional
        Values that replace those of every setting; or a function from a setting to the breached one, None to leave
        the setting out.
    everywhere : bool
        Whether every setting must fail (the default; the first three are judged) or one counterexample is enough, as
        for a bound that a wrong constant violates only where it is tight.

    >>> Control("no ascent", "gradient descent goes to the minimum", change={"rho": 0.0}).breached({"rho": 0.1})
    {'rho': 0.0}
    """

    name: str
    why: str
    observe: Callable | None = None
    expect: Any = None
    problem: Callable | None = None
    change: Callable | dict | None = None
    everywhere: bool = True

    def __post_init__(self):
        """Join the lines of the reason."""
        object.__setattr__(self, "why", _one_line(self.why))

    def breached(self, setting: dict) -> dict | None:
        """Return the setting that the control is judged on; None leaves it out."""
        if self.change is None:
            return setting
        return {**setting, **self.change} if isinstance(self.change, dict) else self.change(Setting(setting))


@dataclass(frozen=True)
class Claim:
    """One statement, with all that is needed to judge it.

    Texts may run over several lines: line breaks and indentation count as one space.

    Parameters
    ----------
    id : str
        ``paper/statement``.
    title : str
        A few words.
    statement : str
        One sentence, formulas in LaTeX.
    source : str or tuple of str
        The heading of the paper's README that states or proves it; or several. The paper itself is named once, as
        ``REFERENCE`` in the package of that name (:func:`source_text`).
    origin : str
        ``quoted``, ``derived``, ``reconstructed`` or ``measured``.
    kind : str
        One of ``KINDS``.
    relation : object
        How observed and expected are compared.
    observe : callable
        ``observe(problem, rng)`` returns a number, an :class:`Estimate`, or a sequence of them; a vector or several
        where the relation compares vectors.
    expect : callable or number or sequence
        The stated value or bound, of the same shape or one for all; or ``expect(problem)``, which returns it.
    problem : callable, optional
        ``problem(**setting)`` builds what ``observe`` and ``expect`` are about, once for each setting; without it
        they get the :class:`Setting` itself.
    fixed : dict
        Parameters that are the same in every setting that does not give another value.
    domain : dict
        Parameter name to range; a search for counterexamples runs over the same ranges.
    corners : sequence of dict
        Hand-picked settings, judged beside the random ones. With neither corners nor domain the claim is judged
        once, on ``fixed``.
    full_corners : sequence of dict
        Hand-picked settings that are too dear for the quick budget.
    hypotheses : dict
        What the statement assumes, in words, to a predicate of the :class:`Setting`.
    controls : sequence of Control
    quick, full : int
        Number of random settings in each budget.
    seconds : float
        What one setting costs on one core with a warm cache, its controls counted in: the seconds that ``flatlab
        verify`` shows over the number of settings. To be given where it is above the default.
    few : str
        Why fewer settings are judged than of other claims: what makes one dear, or why there are no others.
    note : str
        What a reader of the report should know.
    enclosure : Enclosure, optional
        What of the statement ``flatlab certify`` proves.

    Examples
    --------
    >>> idle = Control("no steps", "a run of no steps stays where it is", change={"steps": 0})
    >>> claim = Claim(
    ...     "mine/one-step", "one step", "Gradient descent of step size 1 is at the minimum of $w^2/2$.", "Definition",
    ...     "derived", "equality", Equal(atol=1e-12), fixed={"steps": 1}, controls=[idle], expect=0.0,
    ...     observe=lambda setting, rng: trajectory(GD(1.0), Quadratic([1.0]), [1.0], steps=setting.steps)[-1, 0],
    ... )
    >>> verify_claim(claim).status
    'holds'
    """

    id: str
    title: str
    statement: str
    source: str | tuple
    origin: str
    kind: str
    relation: Any
    observe: Callable
    expect: Any
    controls: Sequence[Control]
    problem: Callable | None = None
    fixed: dict = field(default_factory=dict)
    domain: dict = field(default_factory=dict)
    corners: Sequence[dict] = ()
    full_corners: Sequence[dict] = ()
    hypotheses: dict = field(default_factory=dict)
    quick: int = 4
    full: int = 100
    seconds: float = CHEAP
    few: str = ""
    note: str = ""
    enclosure: Any = None

    def __post_init__(self):
        """Refuse a declaration that no reader could judge."""
        for name in ("statement", "note", "few"):
            object.__setattr__(self, name, _one_line(getattr(self, name)))
        if self.origin not in ORIGINS:
            raise ValueError(f"origin of {self.id} must be one of {', '.join(ORIGINS)}, got {self.origin!r}")
        if self.kind not in KINDS:
            raise ValueError(f"kind of {self.id} must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if not ID.fullmatch(self.id):
            raise ValueError(f"id must have the form paper/statement, of letters, digits and .+-_, got {self.id!r}")
        if not self.controls:
            raise ValueError(f"controls of {self.id} must hold at least one deliberate breach, got none")
        if not 0 < self.seconds < math.inf:
            raise ValueError(f"seconds of {self.id} must be positive, got {self.seconds}")
        names = [control.name for control in self.controls]
        if len(set(names)) < len(names):
            raise ValueError(f"controls of {self.id} must have different names, got {names}")
        self._check_parameters()

    def _check_parameters(self):
        twice = sorted(self.fixed.keys() & self.domain.keys())
        if twice:
            raise ValueError(f"fixed of {self.id} must not name what the domain draws, got {', '.join(twice)} in both")
        names = {*self.fixed, *self.domain}.union(*self.corners, *self.full_corners)
        hidden = sorted(name for name in names if hasattr(dict, name))
        if hidden:
            raise ValueError(f"parameters of {self.id} must not bear the name of a method of dict, got {hidden[0]!r}")
        for control in self.controls:
            unknown = sorted({*control.change} - names) if isinstance(control.change, dict) else []
            if unknown and control.problem is None:
                raise ValueError(f"change of {control.name!r} in {self.id} must name parameters, got {unknown[0]!r}")

    @property
    def paper(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    def settings(self, rng: Any, count: int) -> list[Setting]:
        """Return the corners and ``count`` random settings drawn from the domain with ``rng``."""
        drawn = [{name: values.draw(rng) for name, values in self.domain.items()} for _ in range(count)]
        corners = self.corners or (() if self.domain else ({},))
        return [Setting({**self.fixed, **given}) for given in (*corners, *drawn)]

    def check(self, setting: dict) -> None:
        """Refuse a setting that breaks a hypothesis."""
        for words, holds in self.hypotheses.items():
            if not holds(Setting(setting)):
                raise HypothesisError(f"{self.id} assumes that {words}; the setting {setting} breaks this")


def source_text(claim: Claim) -> str:
    """Return where a claim comes from: the paper's ``REFERENCE`` and the headings of its README.

    The headings alone where no imported package that is called as the paper has a ``REFERENCE``.
    """
    headings = (claim.source,) if isinstance(claim.source, str) else claim.source
    for name, module in list(sys.modules.items()):
        if name.rpartition(".")[2] == claim.paper and hasattr(module, "REFERENCE"):
            quoted = ", ".join(f'"{heading}"' for heading in headings)
            return f"{module.REFERENCE}; README, {quoted}"
    return "; ".join(headings)


def _one_line(text):
    return " ".join(text.split())
