"""The table of verdicts on a terminal, line by line as the claims finish."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.text import Text

from flatlab.base.formulas import readable
from flatlab.base.plain_data import format_number
from flatlab.base.progress import progress_bar
from flatlab.evidence.claim import Claim, source_text
from flatlab.evidence.levels import certificate_of, evidence_level
from flatlab.evidence.nearest import kept_entry
from flatlab.evidence.outcomes import VACUOUS
from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE
from flatlab.evidence.verdict import Verdict
from flatlab.report.markdown import certificate_words, recorded_words

STYLES = {HOLDS: "green", FAILS: "bold red", INCONCLUSIVE: "yellow", VACUOUS: "yellow"}
ORIGIN_WORDS = {
    "quoted": "the authors' own words or numbers",
    "derived": "our own mathematics, proved under that heading",
    "reconstructed": "the form that reproduces the authors' numbers",
    "measured": "observed here, neither stated nor proved",
}
WIDTHS = {
    "claim": 5,
    "status": 12,
    "level": 13,
    "observed": 10,
    "": 3,
    "expected": 10,
    "tolerance": 22,
    "margin": 9,
    "settings": 8,
    "controls": 8,
    "seconds": 7,
}
LEFT_OUT_FIRST = ("level", "seconds", "controls", "expected", "", "observed", "margin")
INDENT = " " * 4


class _Console(Console):
    def on_broken_pipe(self):
        raise BrokenPipeError  # the command decides how it ends


class VerdictTable:
    """Prints a header and then one aligned line a claim, as it comes: ``rich.table`` needs all lines at once.

    The claim ids ``names`` set the width of their column. With ``evidence``, the setting nearest to failing, the one
    that a search has recorded and what became of each control stand below each line. It prints to standard output if no
    console is given. A terminal that is too narrow for all columns loses some, but never status, tolerance and number
    of settings: where these do not fit, they stand below the claim.
    """

    def __init__(self, names: Iterable[str], console: Console | None = None, evidence: bool = False):
        self.console, self.evidence = console or _Console(highlight=False), evidence
        self.widths = WIDTHS | {"claim": max(len("claim"), *map(len, names))}
        self.in_two_lines = False
        if self.console.is_terminal:
            for column in LEFT_OUT_FIRST:
                if self._is_too_wide():
                    del self.widths[column]
            self.in_two_lines = self._is_too_wide()

    def header(self) -> None:
        """Print the names of the columns."""
        self._print(Text(self._line({column: column for column in self.widths}), style="bold"))

    def row(self, verdict: Verdict) -> None:
        """Print one verdict and, below it, what a reader must know."""
        observed, relation, expected, margin = verdict.worst_cells
        cells = {
            "claim": verdict.id,
            "status": verdict.status,
            "level": verdict.level,
            "observed": observed,
            "": relation,
            "expected": expected,
            "tolerance": verdict.tolerance.replace("tight within ", "within ×").replace("tolerance ", "±"),
            "margin": margin,
            "settings": str(len(verdict.evidence)),
            "controls": verdict.controls_broken,
            "seconds": format_number(verdict.seconds, 3),
        }
        line = Text(self._line(cells))
        at = len(verdict.id) + 1 + len(INDENT) if self.in_two_lines else self.widths["claim"] + 2
        line.stylize(STYLES[verdict.status], at, at + len(verdict.status))
        self._print(line)
        for sentence in verdict.shortcomings:
            self._print(Text(f"    {sentence}", style="" if verdict.status == HOLDS else STYLES[verdict.status]))
        if self.evidence and verdict.certificate:
            self._print(Text(f"    certificate: {certificate_words(verdict.certificate)}"))
        if self.evidence and verdict.worst:
            self._print(Text(f"    nearest to failing: {verdict.worst.words}{verdict.worst.place}"))
        if self.evidence and verdict.nearest:
            self._print(Text(f"    {recorded_words(verdict)}: {_setting(verdict.nearest)}"))
        if self.evidence:
            for control in verdict.controls:
                self._print(Text(f"    control {control.name!r}: {control.words}"))

    @contextmanager
    def progress(self, claims: Mapping[str, Claim]) -> Iterator[Callable[[str], None]]:
        """Show a bar below the table while the block runs, with the time that is left, on a terminal only.

        The block calls what it is given with the id of each finished claim. What is left is told from the seconds that
        the claims declare.
        """
        costs = {name: max(one.seconds, 0.01) * (len(one.corners) + one.quick) for name, one in claims.items()}
        with progress_bar("judging claims", sum(costs.values()), things=len(claims), console=self.console) as advance:
            yield lambda name: advance(costs[name])

    def print_line(self, sentence: str) -> None:
        """Print a sentence on its own."""
        self._print(Text(sentence))

    def _line(self, cells):
        words = [cells[column].ljust(width) for column, width in self.widths.items()]
        if self.in_two_lines:
            return f"{cells['claim']}\n{INDENT}{'  '.join(words[1:]).rstrip()}"
        return "  ".join(words).rstrip()

    def _is_too_wide(self):
        return sum(self.widths.values()) + 2 * len(self.widths) > self.console.width

    def _print(self, text):
        self.console.print(text, soft_wrap=True)


def describe(claim: Claim, home: Path | None = None, figures: Iterable[tuple[str, str]] = ()) -> str:
    """Return a claim in full, as text.

    ``home`` is the file of the module that declares it, ``figures`` are those that show it, each with its experiment.
    """
    level, searched = evidence_level(claim)
    lines = [claim.title, f"  {readable(claim.statement)}", "", f"id        {claim.id}"]
    lines += [f"source    {source_text(claim)}", f"origin    {claim.origin}, {ORIGIN_WORDS[claim.origin]}"]
    lines += [f"kind      {claim.kind}, judged by {claim.relation}"]
    lines += [f"level     {level}" + f", {searched} settings searched" * bool(searched)]
    if (proof := certificate_of(claim)) is not None:
        lines.append(f"          {readable(proof.words)}")
    if (entry := kept_entry(claim)) is not None:
        lines.append(f"nearest   margin {format_number(entry['margin'], 3)} at {_setting(entry['setting'], digits=4)}")
    lines += [f"settings  {len(claim.corners)} hand-picked, {_drawn(claim)}"]
    if home is not None:
        lines.append(f"declared  {_from_here(home)}")
        notes = home.parent / "README.md"
        lines += [f"derived   {_from_here(notes)}"] if notes.exists() else []
    lines += [f"figure    {name}, of experiments/{experiment}.py" for name, experiment in figures]
    lines += [f"few       {readable(claim.few)}"] if claim.few else []
    lines += [f"note      {readable(claim.note)}"] if claim.note else []
    lines += _list("hypotheses", map(readable, claim.hypotheses))
    lines += _list("fixed", [f"{name}: {value}" for name, value in claim.fixed.items()])
    lines += _list("domain", [f"{name}: {values}" for name, values in claim.domain.items()])
    lines += _list("hand-picked settings", [_setting(corner) for corner in claim.corners])
    lines += _list("hand-picked settings of the full budget", [_setting(corner) for corner in claim.full_corners])
    controls = [f"{control.name}: {readable(control.why)}" for control in claim.controls]
    return "\n".join(lines + _list("controls", controls))


def _drawn(claim):
    if not claim.domain:
        return "none drawn at random"
    return f"{claim.quick} drawn at random for the quick budget, {claim.full} for the full one"


def _setting(corner, digits=0):
    """Return a setting in words, its numbers in full or to a number of digits."""
    shown = {
        name: format_number(value, digits) if digits and isinstance(value, float) else value
        for name, value in corner.items()
    }
    return ", ".join(f"{name}={value}" for name, value in shown.items())


def _from_here(path):
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _list(title, items):
    items = list(items)
    return ["", title, *(f"  - {item}" for item in items)] if items else []
