r"""What the value on the ramp exceeds L3 by, as a sum of terms that are not negative.

With $C=D^2=1$, $h=\eta$, $p=1/(hT+\frac12)\le2$ and $x=w_2(0)^2$ the slope is $e^2=p(1-x/2)$, and the value $e^2+x$ at
every $t\le T$ on every path: the ramp is as long as the steps, and the fresh coordinates keep the length $x$ (L2).
Where the noise is not lowered $x\ge h\nu T/2=(\frac1p-\frac12)\frac\nu2$, and the value exceeds $\sqrt{2\nu}-\nu/2$ by
$(\sqrt p-\sqrt{\nu/(2p)})^2+p\nu/8+(x-h\nu T/2)(1-p/2)$; where it is, $x=2$, and it exceeds it by
$1+(1-\sqrt{\nu/2})^2$. $T$ enters through $p\le2$ only, so this is for every whole $T\ge1$ at once.
"""

from flatlab.evidence.enclosures.enclosure import Enclosure
from paper_checks.zhang2024.enclosures._hard_instances import RAMP, of_ramp

ENCLOSURE = Enclosure(
    proves=r"the statement, for all $T$, $k$, $C$, $D$, $\sigma$ and $\eta$ in $(0,2/C)$",
    parts=RAMP,
    tie=lambda p, observed, expected: of_ramp(p.step, observed, expected),
    rtol=1e-7,
)
