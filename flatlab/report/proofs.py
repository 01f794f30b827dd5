"""The page of proofs: which statements between a few numbers are proved, and why the rest are not."""

from collections import Counter
from collections.abc import Mapping

from flatlab.evidence.claim import Claim
from flatlab.evidence.levels import PROVED
from flatlab.evidence.unproved import MOST_PARAMETERS, OPEN, parameters, standings
from flatlab.report.markdown import table_head, table_line

PAGE = """# Proofs by machine

Of {count} claims that are an equation or a bound in at most {most} continuous parameters, {certified} are proved or
partly proved by a [certificate](certificates.md), {share:.0%}; of those in more parameters, {more}, after a reduction
to fewer. None is refuted: a claim that is refuted is corrected or taken out. Whole numbers and choices do not count as
continuous.

{summary}

{tables}
"""


def proofs_page(claims: Mapping[str, Claim]) -> str:
    """Return the page, as certificates and claims are now."""
    found = standings(claims)
    few = {name: one for name, one in found.items() if parameters(claims[name]) <= MOST_PARAMETERS}
    certified = sum(one.status != OPEN for one in few.values())
    papers = dict.fromkeys(claims[name].paper for name in found)
    kinds = Counter(one.words if one.status == OPEN else one.status for one in few.values())
    summary = [*table_head(("Claims", "In at most four parameters: proved, or why not"))]
    summary += [table_line([str(number), words]) for words, number in kinds.most_common()]
    return PAGE.format(
        count=len(few),
        most=MOST_PARAMETERS,
        certified=certified,
        share=certified / max(1, len(few)),
        more=sum(one.status != OPEN for one in found.values()) - certified,
        summary="\n".join(summary),
        tables="\n\n".join(_table(paper, found, claims) for paper in papers),
    )


def _table(paper, found, claims):
    lines = [
        f"## {paper}",
        "",
        *table_head(("Claim", "Continuous parameters", "Standing", "What is proved, or why not")),
    ]
    own = [name for name in found if claims[name].paper == paper]
    for name in sorted(own, key=lambda name: (found[name].status == OPEN, found[name].status != PROVED)):
        status, words = found[name]
        said = words.partition("proved: ")[2] or words
        lines.append(table_line([f"`{name}`", str(parameters(claims[name])), status, said]))
    return "\n".join(lines)
