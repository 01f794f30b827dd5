r"""The value on the bowl of L5 over $D^2/(4G)$, and $D^2/(4G)$ over the rate, see ``_bowl``."""

from flatlab.evidence.enclosures.enclosure import Enclosure
from paper_checks.zhang2024.enclosures._bowl import PARTS, tie

ENCLOSURE = Enclosure(
    proves=r"the statement, for all schedules, $T$, $k$, $C$, $D$ and $\sigma$", parts=PARTS, tie=tie, rtol=1e-7
)
