"""An instance of every schedule."""

from flatlab.methods import schedules

SCHEDULES = [
    schedules.Given([0.1, 0.05, 0.02]),
    schedules.InverseRoot(0.1),
    schedules.Exponential(0.1, 0.9),
    schedules.Linear(0.1, 0.01, 7),
    schedules.Cosine(0.1, 0.01, 7),
]
