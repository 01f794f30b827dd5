"""One verdict as plain data, a *row*: what ``verdicts.json`` holds for one claim.

Tables, files and pages are made from rows alone, so that a row may come from another process or
from an earlier run.
"""

from flatlab.base.plain_data import json_text, plain, short
from flatlab.evidence.claim import Verdict, source_text
from flatlab.evidence.relations import FAILS, HOLDS, INCONCLUSIVE

STATUSES = (FAILS, INCONCLUSIVE, HOLDS)


def verdict_row(verdict: Verdict):
    """Return one verdict as plain data.

    Parameters
    ----------
    verdict : flatlab.evidence.claim.Verdict

    Returns
    -------
    dict
        One entry of ``claims`` in ``verdicts.json``: numbers are exact, nan is None and an infinity
        is text. ``tightest``, ``vacuous``, ``note`` and ``error`` appear only where there is something to say.
    """
    claim = verdict.claim
    why = {control.name: control.why for control in claim.controls}
    row = {
        **{name: getattr(claim, name) for name in ("id", "paper", "title", "statement")},
        "source": source_text(claim),
        **{name: getattr(claim, name) for name in ("origin", "kind")},
        "status": verdict.status,
        "margin": verdict.margin,
        "settings": len(verdict.evidence),
        "gradient_evaluations": verdict.gradient_evaluations,
        "seconds": round(verdict.seconds, 3),
        "controls": [
            {"name": control.name, "broke": control.broke, "why": why[control.name]} for control in verdict.controls
        ],
        "evidence": [_evidence(item) for item in verdict.evidence],
    }
    if claim.kind in ("upper bound", "lower bound"):
        row |= {"tightest": verdict.tightest, "vacuous": verdict.vacuous}
    row |= {name: text for name, text in (("note", claim.note), ("error", verdict.error)) if text}
    return plain(row)


def worst_evidence(row):
    """Return the evidence of a row that is nearest to failing, or has failed most.

    Parameters
    ----------
    row : dict

    Returns
    -------
    dict or None
        None if there is no evidence.
    """
    order = [(STATUSES.index(item["status"]), _value(item["margin"])) for item in row["evidence"]]
    return row["evidence"][order.index(min(order))] if order else None


def passes(row):
    """Return whether a claim holds and each of its controls breaks.

    Parameters
    ----------
    row : dict

    Returns
    -------
    bool
    """
    return row["status"] == HOLDS and all(control["broke"] for control in row["controls"])


def controls_broken(row):
    """Return how many controls broke, of how many, as ``"3/3"``.

    Parameters
    ----------
    row : dict

    Returns
    -------
    str
    """
    return f"{sum(control['broke'] for control in row['controls'])}/{len(row['controls'])}"


def status_words(row):
    """Return the status in words: a bound that is true and useless is called vacuous.

    Parameters
    ----------
    row : dict

    Returns
    -------
    str
    """
    return f"{row['status']} (vacuous)" if row.get("vacuous") else row["status"]


def shortcomings(row):
    """Return why a claim does not pass, or what a reader must know of a passing one, a sentence each.

    Parameters
    ----------
    row : dict

    Returns
    -------
    list of str
    """
    lines = [f"it could not be judged: {row['error']}"] if row.get("error") else []
    worst = worst_evidence(row)
    if worst and worst["status"] != HOLDS:
        setting = ", ".join(f"{name}={json_text(value)}" for name, value in worst["setting"].items())
        comparison = f"{short(worst['observed'], 6)} {worst['relation']} {short(worst['expected'], 6)}"
        words = "does not hold" if worst["status"] == FAILS else "cannot be told"
        lines.append(f"{comparison} {words}" + (f" at {setting}" if setting else ""))
    lines += [f"control {control['name']!r} did not break it" for control in row["controls"] if not control["broke"]]
    if row.get("vacuous"):
        lines.append(f"the bound is true and useless: observed/bound is {short(row['tightest'])} at the best")
    return lines


def tally_words(rows):
    """Return one sentence that counts the verdicts and the broken controls.

    Parameters
    ----------
    rows : sequence of dict

    Returns
    -------
    str
    """
    counts = {status: sum(row["status"] == status for row in rows) for status in reversed(STATUSES)}
    controls = [control["broke"] for row in rows for control in row["controls"]]
    words = ", ".join(f"{count} {_verb(status, count)}" for status, count in counts.items())
    return f"{len(rows)} claim{_s(rows)}: {words}; {sum(controls)} of {len(controls)} control{_s(controls)} broke"


def _verb(status, count):
    return status if status == INCONCLUSIVE or count == 1 else status.rstrip("s")


def _s(things):
    return "" if len(things) == 1 else "s"


def _evidence(item):
    row = {
        "setting": item.setting,
        "observed": item.observed,
        "expected": item.expected,
        "relation": item.relation,
        "holds": item.status == HOLDS,
        "status": item.status,
        "margin": item.margin,
    }
    return row | ({"interval": item.interval} if item.interval else {})


def _value(number):
    return float("-inf") if number is None else float(number)
