"""Records, sweeps and the environment they were made in."""
