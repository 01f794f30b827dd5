r"""What the least value exceeds each branch of L1 by, as sums of terms that are not negative.

With $C=D^2=1$, $h=\eta$, $p=\kappa$ and $x=E w_2^2$ the value at $T$, which is the least one since the part of $w_2$ is
constant and that of $w_1$ falls, is $P(2-x)+x$ with $P=p(1-h\kappa)^{2T}$. Three cases, two of them together:

- $x=2$, to which the noise is lowered, or $p=1$, where $h\le1/(2T)$ and $P\ge q$: the value exceeds $2q$ by
  $2(P-q)+x(1-P)$; this is $2(1-q)$ at $x=2$.
- $p=1/(2hT)<1$, where $P=pq$ and $h\nu T/2=\nu/(4p)\le x$: the value exceeds $\sqrt{2q\nu}-q\nu/4$ by
  $(\sqrt{2pq}-\sqrt{\nu/(4p)})^2+(x-\nu/(4p))(1-pq)$, and $1-pq>0$ for $q\le3/8$.

So it is at least the smaller branch, for every whole $T\ge1$ at once: all of $T$ that enters is that $q\ge\frac14$,
and $q<\frac1e<\frac38$ because of $\log(1-u)<-u$.
"""

from flatlab.evidence.enclosures.enclosure import Enclosure
from paper_checks.zhang2024.enclosures._hard_instances import QUADRATIC, of_quadratic

ENCLOSURE = Enclosure(
    proves=r"the statement, for all $T$, $k$, $C$, $D$, $\sigma$ and $\eta$ in $(0,2/C)$",
    parts=QUADRATIC,
    tie=of_quadratic,
    rtol=1e-7,
)
