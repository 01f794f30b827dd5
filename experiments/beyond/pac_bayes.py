"""The rigorous bound within three times the smoothed risk, also for fewer samples and other label noise."""

from dataclasses import replace

from flatlab.evidence.relations import AtMost
from paper_checks.zhang2024 import pac_bayes_and_risk

CLAIM = replace(pac_bayes_and_risk.CLAIMS[0], id="beyond/pac-bayes", kind="upper bound", relation=AtMost(), expect=3)
