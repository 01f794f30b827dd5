"""The rules of evidence in words, and the lists of claims that do not meet one yet."""

from pathlib import Path

FOLDER = Path(__file__).parent / "paper_checks" / "unmet"
RULES = {
    "control": "no control replaces observe or problem, or leaves hypotheses or domain without an expect of its own",
    "quick": "fewer than 5 settings in the quick budget, with no reason or at less than 0.02 seconds each",
    "full": "fewer than 200 settings in the full budget, with no reason or at less than 0.05 seconds each",
    "drawn": "no setting is drawn afresh in the quick budget",
    "interval": "an end of an interval is observed as if it were a number; an estimate says by itself what it decides",
}


def listed(paper):
    """Return the rules that each claim of a paper does not meet yet, by id, from lines ``name: rule rule``."""
    file = FOLDER / f"{paper}.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    found = {f"{paper}/{name}": rules.split() for name, _, rules in (line.partition(":") for line in lines if line)}
    unknown = {rule for rules in found.values() for rule in rules} - set(RULES)
    if unknown:
        raise ValueError(f"rules of {file.name} must be among {', '.join(RULES)}, got {min(unknown)!r}")
    return found
