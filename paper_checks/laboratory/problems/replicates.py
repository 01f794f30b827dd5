"""Replicates of a deterministic run, advanced together and one by one."""

from typing import Any, NamedTuple

import numpy as np

from flatlab import ensemble, trajectory


class Replicates(NamedTuple):
    """Runs of a method from random starts."""

    method: Any
    objective: Any
    starts: np.ndarray
    steps: int

    def together(self, **changed):
        """Return where an ensemble ends, some fields changed."""
        run = self._replace(**changed)
        return ensemble(run.method, run.objective, run.starts, steps=run.steps, keep_divergence=True)

    def alone(self):
        """Return where each run ends alone."""
        options = {"steps": self.steps, "record_every": self.steps, "keep_divergence": True}
        return [trajectory(self.method, self.objective, start, **options)[-1] for start in self.starts]

    @property
    def one_changed(self):
        """The starts with one coordinate of one replicate changed by one part in a million."""
        starts = self.starts.copy()
        starts[-1, -1] *= 1 + 1e-6
        return starts
