"""What is proved by machine of the claims on sharpness-aware steps: a module for each claim, which binds ENCLOSURE."""
