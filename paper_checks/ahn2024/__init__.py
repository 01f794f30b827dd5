"""Ahn, Jadbabaie, Sra (2024): how to escape sharp minima with random perturbations."""

REFERENCE = "Ahn, Jadbabaie, Sra (2024), arXiv 2305.15659v3"

# heading of the README: what the paper states of it; what stands under the others is ours
THEOREMS = {
    "Two readings of the definition": "definition of a flat minimum",
    "Limit map and certificate": "definition of a flat minimum",
    "Cost of one step": "Lemma 1",
    "Decrease per step": "Lemmas 2 and 4",
    "Drift of the smoothed perturbation": "Lemma 2, its drift",
    "Drift of the sharpness-aware perturbation": "Lemma 4, its drift",
    "Batch size": "full batches lose the gain",
    "Parameters of the smoothed perturbation": "Theorem 1",
    "The theorems run as stated": "Theorems 1 and 2",
    "Parameters of the sharpness-aware perturbation": "Theorem 2, Lemma 4",
    "Closing gradient descent": "Theorem 2, its last phase",
    "Random iterate": "Theorems 1 and 2, their output",
    "A bad minimum": "the experiment, in small",
    "What the paper states": "as restated there",
}
