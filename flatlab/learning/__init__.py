"""Training tasks, protocols, tuning and measures of networks."""
