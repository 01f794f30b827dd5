"""The time loops, ensembles, what a run requires, second moments, hitting times and cost."""
