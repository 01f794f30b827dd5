r"""The value on the bowl of L5 over the rate, where constant steps are at the limit, see ``_bowl``.

There $\eta C=\sqrt{2/\nu}/T$, at most 1 for $\nu\ge2/T^2$, and $2SC=\sqrt{8/\nu}\ge1$ for $\nu\le8$, so that $G=2S$ and
$D^2/(4G)=D^2/(8S)$ is the rate itself.
"""

from flatlab.evidence.enclosures.enclosure import Enclosure
from paper_checks.zhang2024.enclosures._bowl import PARTS, tie

ENCLOSURE = Enclosure(proves=r"the statement, for all $T$, $k$, $C$ and $D$", parts=PARTS, tie=tie, rtol=1e-7)
