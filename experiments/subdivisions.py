"""Into which boxes was a parameter domain split to prove a formula positive, and how far above 0 is it in each?"""

from typing import Annotated

import numpy as np
import xarray as xr

from flatlab.evidence.by_name import claims
from flatlab.evidence.enclosures import certificate
from flatlab.evidence.enclosures.subdivision import leaves
from flatlab.evidence.nearest import nearest_file
from flatlab.lab.experiment import main
from flatlab.lab.options import Range
from flatlab.storage.records import labelled

SHOWN = (  # claim, part of its enclosure, and the two parameters along the axes
    ("bartlett2023/time", "exponent over gap", "h", "g"),
    ("bartlett2023/usam-threshold", "below the threshold", "f", "r"),
    ("ahn2024/tight-gate", "above, outside", "mu", "y"),
    ("zhang2024/lower-bound-first-branch", "least", "p", "q"),
)


def run(*, at: Annotated[float, Range(0, 1)] = 0.7) -> xr.Dataset:
    """Read the trees of four certificates and cut them along two parameters each.

    Parameters
    ----------
    at : float
        Where the other parameters stand, as a share of their ranges.

    Returns
    -------
    xarray.Dataset
    """
    rows = [(number, *row) for number, shown in enumerate(SHOWN) for row in cut(*shown, at)]
    panel, x_low, x_high, y_low, y_high, value = np.array(rows, float).T
    counts = [len(list(boxes_of(*shown[:2]))) for shown in SHOWN]
    of_box = {
        "panel": labelled("box", panel.astype(int), "number of the statement"),
        "x_low": labelled("box", x_low, "lower end of the first parameter"),
        "x_high": labelled("box", x_high, "upper end of the first parameter"),
        "y_low": labelled("box", y_low, "lower end of the second parameter"),
        "y_high": labelled("box", y_high, "upper end of the second parameter"),
        "value": labelled("box", value, "smallest formula in the middle of the cut"),
    }
    names = labelled("statement", [shown[0] for shown in SHOWN], "claim")
    return xr.Dataset(
        of_box | {"boxes": labelled("statement", counts, "boxes of the whole proof")}, coords={"statement": names}
    )


def boxes_of(name, part_name):
    """Go through the proved boxes of a part, as the certificate has them."""
    claim = claims(name)[name]
    beside = nearest_file(claim)
    assert beside is not None, name
    content = certificate.read(certificate.certificate_file(beside.parent, name), claim)
    part = claim.enclosure.part(part_name)
    (tree,) = next(record["trees"] for record in content["parts"] if record["name"] == part_name)
    for _, box, _ in leaves(tree, list(part.box.values())):
        yield part, dict(zip(part.box, box))


def cut(name, part_name, x, y, at):
    """Go through the boxes that hold the point of the other parameters: ends along x and y, and a value."""
    for part, box in boxes_of(name, part_name):
        point = {key: float(low + (high - low) * at) for key, (low, high) in part.box.items()}
        if all(low <= point[key] <= high for key, (low, high) in box.items() if key not in (x, y)):
            point |= {key: float(sum(box[key]) / 2) for key in (x, y)}
            yield *map(float, (*box[x], *box[y])), min(part.program.at(point).values())


if __name__ == "__main__":
    main(run)
